#!/bin/bash
# Writes requirements.lock and requirements-dev.lock: exact versions with hashes, and no address of any index,
# so that every office installs from the mirror it trusts.
set -euo pipefail
cd "$(dirname "$0")/.."

write() {
    local target=$1
    shift
    {
        echo "# Made by \`make lock\`; do not edit. Install: python -m pip install --require-hashes --no-deps -r $target"
        uv export --quiet --locked --no-header --no-annotate --no-emit-index-url --no-emit-project \
            --format requirements-txt "$@"
    } >"$target.new"
    if grep -nE '://|--(extra-)?index-url|--find-links' "$target.new"; then
        echo "$target would name an index host" >&2
        exit 1
    fi
    mv "$target.new" "$target"
}

uv lock --quiet
write requirements.lock --no-dev
write requirements-dev.lock --group dev
