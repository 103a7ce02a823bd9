"""One writer at a time on SQLite: in turn, across threads and processes."""

from __future__ import annotations

import threading
from itertools import groupby
from pathlib import Path
from time import sleep

import pytest

from app.core import writer_lock
from app.core.errors import Unavailable
from app.core.writer_lock import WriterLock


def test_two_processes_take_turns(tmp_path: Path) -> None:
    """Each lock opens the file for itself, as two processes do. Both write again at once, as a busy server does."""
    order: list[str] = []
    begin = threading.Barrier(2)

    def write(who: str) -> None:
        lock = WriterLock(tmp_path / "luodi.db.lock")
        begin.wait()
        for _ in range(30):
            with lock:
                order.append(who)
                sleep(0.01)

    writers = [threading.Thread(target=write, args=(who,)) for who in ("one", "other")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    runs = [len(list(same)) for _who, same in groupby(order)]
    # One goes again where the other has not asked yet, which takes long on a busy machine.
    assert len(runs) >= 15, runs


def test_whoever_waits_too_long_is_told_so_and_leaves_the_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_lock, "WAIT_S", 0.05)
    path = tmp_path / "luodi.db.lock"
    with WriterLock(path):
        for _ in range(2):
            with pytest.raises(Unavailable), WriterLock(path):
                pass
    with WriterLock(path):
        pass
