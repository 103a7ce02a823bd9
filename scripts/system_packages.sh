#!/bin/bash
# Installs what tests use beside Python, where that is possible; otherwise says which tests will be skipped.
# Never fails: a test whose program is missing is skipped by name.
set -uo pipefail

missing=()
have_postgresql() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
have_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }
have_driver() { compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null; } # Playwright's driver needs it
have_font() { compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null; }

have_postgresql || missing+=(postgresql)
have_chromium || missing+=(chromium)
have_driver || missing+=(libatomic1)
have_font || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo); else as_root=(false); fi
fi

if command -v apt-get >/dev/null && [ "${as_root[*]:-}" != false ]; then
    echo "Installing ${missing[*]} (once)"
    # A cluster of the system's own is not wanted: tests start a throw-away one.
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
    "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            "${missing[@]}" >/dev/null
fi

have_postgresql || echo "!! SKIPPED: everything on PostgreSQL (not installed: apt-get install postgresql)"
have_chromium || echo "!! SKIPPED: every browser test (not installed: apt-get install chromium)"
have_driver || echo "!! Browser tests will fail (not installed: apt-get install libatomic1)"
have_font || echo "!! Chinese text in screenshots will be boxes (not installed: apt-get install fonts-noto-cjk)"
exit 0
