"""Make this checkout importable in its venv and give it the `luodi` command, without building a package.

Needs no network and no build backend, unlike an editable install. Run by the venv's own Python.
"""

import sys
import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

Path(sysconfig.get_path("purelib"), "luodi-checkout.pth").write_text(f"{CHECKOUT}\n", encoding="utf-8")
command = Path(sysconfig.get_path("scripts"), "luodi")
command.write_text(
    f"#!{sys.executable}\nimport sys\n\nfrom app.cli import main\n\nsys.exit(main())\n", encoding="utf-8"
)
command.chmod(0o755)
