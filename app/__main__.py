"""The `luodi` command's first step, also `python -m app`: what is imported next is not searched for garbage.

Nearly everything that is made while importing stays; to look through it again and again takes a tenth of the time.
"""

from __future__ import annotations

import gc


def main() -> None:
    """Import and run the command."""
    gc.disable()
    from app.cli import main as command

    gc.freeze()
    gc.enable()
    command()


if __name__ == "__main__":
    main()
