"""Make this checkout importable in its venv and give it the `luodi` command, without building a package.

Needs no network and no build backend, unlike an editable install. Run by the venv's own Python.
"""

import sys
import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

Path(sysconfig.get_path("purelib"), "luodi-checkout.pth").write_text(f"{CHECKOUT}\n", encoding="utf-8")
command = Path(sysconfig.get_path("scripts"), "luodi")
# Each process of `luodi serve --workers` reads this file again to find its functions: only the first one is to run it.
command.write_text(
    f"""#!{sys.executable}
import sys

if __name__ == "__main__":
    from app.__main__ import main

    sys.exit(main())
""",
    encoding="utf-8",
)
command.chmod(0o755)
