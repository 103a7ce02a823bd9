"""Understand one row of a ledger of deals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.core.money import slip_reasons
from app.core.text import UsccError, check_uscc, fold
from app.deals.importing.schemas import ImportedDeal
from app.deals.rules import AgreementKind, DealStage, TermsKind, terms_problems
from app.identity.models import Unit
from app.transfers.cells import RowReader
from app.transfers.deals.words import AGREEMENTS, QUALIFIERS, STAGES
from app.transfers.investors import read_investors
from app.transfers.queries import Directory
from app.transfers.rules import Cure

_YES, _NO = {"是", "已入库", "已入统", "√", "y", "yes"}, {"否", "未入库", "未入统", "×", "x", "n", "no"}
# Columns without a place of their own: their words are kept in the terms' note.
_NOTED = ("funds", "capital", "legal_person")


@dataclass(frozen=True, slots=True)
class DealReader:
    """Reads rows against the county's units, people and chains. `homes` keeps what a place was understood as."""

    unit: Unit
    names: Directory
    chains: Mapping[str, str]
    today: date
    homes: dict[str, str] = field(default_factory=dict)

    def read(self, cells: RowReader) -> ImportedDeal:
        """Understand one row; what is wrong with it is in the cells' findings."""
        name = cells.text("name", most=200)
        if len(name) < 2:
            cells.error("name", "error.transfers.no_name", Cure.TEXT)
        noted: list[str] = []
        deal = ImportedDeal(
            name=name,
            investors=read_investors(cells, self.homes, uscc=self._uscc(cells)),
            content=cells.text("content", most=4000, multiline=True),
            fixed_fen=cells.one_amount("fixed"),
            phase_one_fen=cells.one_amount("phase_one"),
            agreement=cells.choice("agreement", AGREEMENTS) or AgreementKind.UNKNOWN,
            signed=cells.day("signed"),
            chain=self._chain(cells),
            industry=self._industry(cells, noted),
            place=cells.text("place", most=120),
            land_mu=cells.number("land_mu"),
            company=cells.text("company", most=200),
            line=cells.text("line", most=60),
            problem=cells.text("problem", most=2000, multiline=True),
            next_step=cells.text("next_step", most=2000, multiline=True),
        )
        more = self._total(cells) | self._days(cells) | self._people(cells, noted) | self._stage(cells)
        deal = replace(deal, **more, **self._flags(cells, noted))
        note = self._note(cells, noted)
        deal = replace(deal, note=note, given=frozenset(cells.given))
        self._check(cells, deal)
        return deal

    @staticmethod
    def _industry(cells: RowReader, noted: list[str]) -> str:
        """Read 行业类别, else 产业类别; where a ledger has both, the second is noted."""
        industry, kind = cells.text("industry", most=60), cells.text("industry_kind", most=60)
        if kind and industry and kind != industry:
            noted.append(f"{cells.columns['industry_kind'].header}：{kind}")
        if kind and not industry:
            cells.given.add("industry")
        return industry or kind

    @staticmethod
    def _total(cells: RowReader) -> dict[str, Any]:
        total = cells.amount("total")
        if total.fen is None and "total" in cells.given:
            cells.error("total", "error.transfers.one_amount", Cure.AMOUNT)
        qualifier = total.qualifier
        if (said := cells.choice("qualifier", QUALIFIERS)) is not None and total.fen is not None:
            qualifier = said
        paid = {"paid_fen": cells.one_amount("paid"), "paid_outside_fen": cells.one_amount("paid_outside")}
        return {"total_fen": total.fen, "qualifier": qualifier} | paid

    def _days(self, cells: RowReader) -> dict[str, Any]:
        past = ("registered_on", "started_on", "produced_on")
        days = {key: cells.exact_day(key, until=self.today) for key in past}
        return days | {"planned_start_on": cells.exact_day("planned_start_on")}

    @staticmethod
    def _note(cells: RowReader, noted: list[str]) -> str:
        """Put what has no column of its own behind the note, once."""
        note = cells.text("note", most=1500, multiline=True)
        for key in _NOTED:
            if text := cells.text(key, most=120):
                noted.append(f"{cells.columns[key].header}：{text}")
        fresh = [text for text in noted if text not in note]
        if fresh:
            cells.given.add("note")
        return "；".join([note, *fresh] if note else fresh)

    def _check(self, cells: RowReader, deal: ImportedDeal) -> None:
        """Ask the same rules that a form asks."""
        for problem in terms_problems(deal.terms(), kind=TermsKind.ORIGINAL, today=self.today):
            key = "signed" if "signed" in problem.value or "days" in problem.value else "total"
            cells.error(
                key, f"enum.TermsProblem.{problem.value}", Cure.DAY if key == "signed" else Cure.AMOUNT
            )
        for reason in slip_reasons(deal.total_fen):
            cells.warn("total", f"enum.SlipReason.{reason.value}", Cure.CONFIRM)
        if deal.paid_outside_fen is not None and deal.paid_outside_fen > (deal.paid_fen or 0):
            cells.error("paid_outside", "enum.PaidInProblem.outside_exceeds_paid_in", Cure.AMOUNT)

    def _uscc(self, cells: RowReader) -> str:
        if not (text := cells.text("uscc", most=40)):
            return ""
        try:
            return check_uscc(text)
        except UsccError as refusal:
            cells.error("uscc", f"error.{refusal.code}", Cure.CODE)
            return ""

    def _chain(self, cells: RowReader) -> str:
        if not (text := cells.text("chain", most=60)):
            return ""
        if (code := self.chains.get(fold(text))) is None:
            cells.warn("chain", "error.transfers.unknown_chain", Cure.LATER)
        return code or text

    def _people(self, cells: RowReader, noted: list[str]) -> dict[str, Any]:
        unit = self._unit(cells, "responsible_unit", noted)
        introducer = self._unit(cells, "introducer", noted)
        near = (unit.id if unit else None, self.unit.id)
        responsible = cells.text("responsible", most=60)
        person = self.names.person(responsible, near=near) if responsible else None
        if responsible and person is None:
            cells.warn("responsible", "error.transfers.not_on_roster", Cure.ROSTER)
        leader_name = cells.text("leader", most=60)
        leader = self.names.person(leader_name, leader=True) if leader_name else None
        if leader_name and leader is None:
            cells.warn("leader", "error.transfers.no_such_leader", Cure.ROSTER)
            self._keep(cells, "leader", leader_name, noted)
        return {
            "responsible_unit_id": unit.id if unit else None,
            "responsible_unit": unit.name if unit else "",
            "introducer_id": introducer.id if introducer else None,
            "introducer": introducer.name if introducer else "",
            "responsible_id": person.id if person else None,
            "responsible": person.name if person else responsible,
            "leader_id": leader.id if leader else None,
            "leader": leader.name if leader else "",
        }

    def _unit(self, cells: RowReader, key: str, noted: list[str]) -> Unit | None:
        if not (text := cells.text(key, most=120)):
            return None
        if (unit := self.names.unit(text)) is None:
            cells.warn(key, "error.transfers.no_such_unit", Cure.UNIT)
            self._keep(cells, key, text, noted)
        return unit

    @staticmethod
    def _keep(cells: RowReader, key: str, text: str, noted: list[str]) -> None:
        cells.given.discard(key)
        noted.append(f"{cells.columns[key].header}：{text}")

    @staticmethod
    def _stage(cells: RowReader) -> dict[str, Any]:
        """Read a stage's word; any other text is news (进展)."""
        progress = cells.text("progress", most=2000, multiline=True)
        key, said = "stage", STAGES.get(cells.folded("stage"))
        if "stage" not in cells.columns and (said := STAGES.get(cells.folded("progress"))) is not None:
            # A column 进展 of stages' words alone states stages.
            key, progress = "progress", ""
            cells.given.discard("progress")
        if said is DealStage.TERMINATED:
            cells.warn(key, "error.transfers.terminated", Cure.LATER)
            return {"stage": None, "progress": progress}
        if said is not None:
            cells.given.add("stage")
            return {"stage": said, "progress": progress}
        news = cells.text("stage", most=2000, multiline=True)
        cells.given.discard("stage")
        if news:
            cells.given.add("progress")
        return {"stage": None, "progress": "\n".join(filter(None, (progress, news)))}

    @staticmethod
    def _flags(cells: RowReader, noted: list[str]) -> dict[str, Any]:
        """Read 是否入库 and 是否入统: a day is kept; 是 without one is only noted, because nobody knows since when."""
        found: dict[str, Any] = {}
        for key in ("platform_on", "statistics_on"):
            text = cells.folded(key)
            if text in _NO:
                continue
            if text in _YES:
                cells.warn(key, "error.transfers.yes_without_day", Cure.DAY)
                noted.append(f"{cells.columns[key].header}：{text}")
                continue
            found[key] = cells.exact_day(key)
        return found
