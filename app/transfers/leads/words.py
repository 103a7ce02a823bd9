"""How ledgers of leads say how far the talks are."""

from __future__ import annotations

from app.core.i18n import label
from app.leads.rules import LeadStage, is_open
from app.transfers.cells import RowReader
from app.transfers.rules import Cure

STAGES = {label("zh_CN", stage): stage for stage in LeadStage if is_open(stage)} | {
    "新线索": LeadStage.NEW,
    "接触": LeadStage.CONTACTED,
    "已接触": LeadStage.CONTACTED,
    "考察": LeadStage.VISITING,
    "洽谈": LeadStage.NEGOTIATING,
    "洽谈中": LeadStage.NEGOTIATING,
}
_ENDED = {label("zh_CN", stage) for stage in LeadStage if not is_open(stage)} | {"签约", "终止", "已终止"}


def read_stage(cells: RowReader) -> LeadStage | None:
    """Read the stage; a ledger that lists 在谈项目 and no stages says that all of them are in talks.

    A signed or lost lead gets its deal, or its reason, on its own page.
    """
    if cells.folded("stage") in _ENDED:
        cells.warn("stage", "error.transfers.lead_ended", Cure.LATER)
        return None
    name = cells.columns.get("name")
    if "stage" not in cells.columns and name is not None and "在谈" in name.header:
        return LeadStage.NEGOTIATING
    return cells.choice("stage", STAGES)
