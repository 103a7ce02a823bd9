"""Whether a target must be posted again, and what the check of the ledger says of a deal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.targets.rules import Cause, LedgerEntry, Line, Total, differences


@dataclass(frozen=True, slots=True)
class Difference:
    """A deal whose entries are not what its verified terms say; `off_shares` where only the units' parts differ."""

    stands: Total
    should: Total
    off_shares: bool


def is_due(*, changed_at: datetime, posted_at: datetime | None) -> bool:
    """Tell whether a target or its rule changed since the deals were last posted to it."""
    return posted_at is None or posted_at < changed_at


def reposting_cause(*, posted_at: datetime | None, has_entries: bool) -> Cause | None:
    """Name what a re-posting appends: imported history at first, a changed rule later.

    What was verified before a target was set is no news of the day on which it was set. None names each entry by its
    terms' kind, where entries stood before anybody posted again.
    """
    if posted_at is not None:
        return Cause.RULE_CHANGED
    return None if has_entries else Cause.OPENING


def difference(entries: Sequence[LedgerEntry], lines: Iterable[Line], *, deal_id: UUID) -> Difference | None:
    """Compare a deal's entries in a target with what its verified terms bring to it; None where they agree."""
    wanted = list(lines)
    if not differences(entries, wanted, deal_id=deal_id):
        return None
    stands = Total(sum(one.delta_fen for one in entries), sum(one.delta_count for one in entries))
    should = Total(sum(one.delta_fen for one in wanted), sum(one.delta_count for one in wanted))
    return Difference(stands, should, off_shares=stands == should)


def missing_numbers(seqs: Sequence[int], *, last_seq: int) -> bool:
    """Tell whether a ledger lacks an entry or holds one too many: its numbers run from 1 to the last without a gap."""
    return sorted(seqs) != list(range(1, last_seq + 1))
