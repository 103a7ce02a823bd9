"""Run the three parts of the tests side by side and show each part's whole output when it has finished.

SQLite, PostgreSQL and browser tests hardly wait for the same thing, so together they take little longer
than the longest of them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from scripts.programs import chromium, postgresql_bin


@dataclass
class Part:
    name: str
    arguments: list[str]
    needs: Callable[[], object]
    missing: str
    process: subprocess.Popen[bytes] | None = None
    output: Path = Path()
    seconds: float = 0.0
    closing: str = field(default="did not run")


PARTS = [
    Part("SQLite", ["-m", "not browser", "--db", "sqlite"], lambda: True, ""),
    Part(
        "PostgreSQL",
        ["-m", "not browser", "--db", "postgresql"],
        postgresql_bin,
        "apt-get install postgresql",
    ),
    Part("browser", ["-m", "browser"], chromium, "apt-get install chromium"),
]
NO_TESTS_COLLECTED = 5


def main(extra: list[str]) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="luodi-tests-") as folder:
        for part in PARTS:
            start(part, Path(folder), extra)
        failed = [part.name for part in in_order_of_finishing(began) if not passed(part)]
    print("\n" + "=" * 72)
    for part in PARTS:
        print(f"{part.name:<12}{part.seconds:6.0f} s   {part.closing}")
    verdict = f"failed: {', '.join(failed)}" if failed else "all parts passed"
    print(f"{verdict}, {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def start(part: Part, folder: Path, extra: list[str]) -> None:
    if not part.needs():
        part.closing = f"SKIPPED, the whole part: its program is not installed ({part.missing})"
        print(f"!! {part.name}: {part.closing}", flush=True)
        return
    part.output = folder / f"{part.name}.txt"
    cache = folder / f"cache-{part.name}"  # three runs must not write one cache
    command = [sys.executable, "-m", "pytest", "-q", "-o", f"cache_dir={cache}", *part.arguments, *extra]
    with part.output.open("wb") as sink:
        part.process = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT)
    print(f"started: {part.name}", flush=True)


def in_order_of_finishing(began: float) -> list[Part]:
    running = [part for part in PARTS if part.process]
    finished = []
    while running:
        for part in [part for part in running if part.process and part.process.poll() is not None]:
            part.seconds = time.monotonic() - began
            show(part)
            running.remove(part)
            finished.append(part)
        time.sleep(0.2)
    return finished


def show(part: Part) -> None:
    text = part.output.read_text(encoding="utf-8", errors="replace").rstrip()
    print(f"\n{'=' * 24} {part.name} {'=' * 24}\n{text}", flush=True)
    part.closing = text.rpartition("\n")[2].strip("= ")


def passed(part: Part) -> bool:
    return part.process is not None and part.process.returncode in (0, NO_TESTS_COLLECTED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
