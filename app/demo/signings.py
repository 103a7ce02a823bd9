"""The plan of the demo's deals: who signs what on which day, what becomes of it, and what it adds up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.clock import TimeProgressMode, time_progress
from app.core.ids import new_id
from app.core.money import UNIT_FEN, AmountUnit
from app.core.regions import OriginLevel
from app.deals.models import Occasion
from app.deals.rules import OccasionKind
from app.demo.business import project_title
from app.demo.county import Demo
from app.demo.division import hand_out
from app.demo.made import DemoInvestor, Fate, Signing
from app.demo.working import Staff, draw_days, later

YEARLY = 140
YI, WAN = UNIT_FEN[AmountUnit.YI], UNIT_FEN[AmountUnit.WAN]
TARGET_FEN = 300 * YI
# Last year ended just above its target; this year runs behind its time by about a fifth.
LAST_YEAR_DONE, THIS_YEAR_PACE = 1.013, 0.785
_FATES = {
    Fate.PLAIN: 58,
    Fate.AMENDED: 6,
    Fate.INCREASED: 4,
    Fate.CORRECTED: 3,
    Fate.UPGRADED: 4,
    Fate.MENDED: 4,
    Fate.GOVERNMENT_PART: 2,
    Fate.TERMINATED: 3,
    Fate.REFUSED: 3,
    Fate.VAGUE: 2,
    Fate.BELOW: 5,
    Fate.IN_PROVINCE: 5,
    Fate.HONG_KONG: 4,
    Fate.FOREIGN: 2,
    Fate.FRAMEWORK: 4,
    Fate.EXCLUDED: 4,
    Fate.SHARED: 2,
}
_ORIGINS = {
    Fate.IN_PROVINCE: {OriginLevel.PROVINCE, OriginLevel.CITY, OriginLevel.COUNTY},
    Fate.HONG_KONG: {OriginLevel.HK_MO_TW},
    Fate.FOREIGN: {OriginLevel.FOREIGN},
}
# Month, day, name and kind of the occasions of a year.
OCCASIONS = (
    (2, 16, "元宵节返乡人士招商恳谈会", OccasionKind.SIGNING),
    (3, 28, "第一季度重大项目集中签约仪式", OccasionKind.SIGNING),
    (5, 18, "光电信息产业链招商推介会", OccasionKind.PROMOTION),
    (6, 29, "第二季度重大项目集中签约仪式", OccasionKind.SIGNING),
    (8, 9, "重大项目集中开工竣工仪式", OccasionKind.STARTS_AND_COMPLETIONS),
    (9, 27, "第三季度重大项目集中签约仪式", OccasionKind.SIGNING),
    (11, 8, "麻纺产业承接转移对接会", OccasionKind.FAIR),
    (12, 20, "第四季度重大项目集中签约仪式", OccasionKind.SIGNING),
)


def plan_signings(session: Session, demo: Demo) -> None:
    """Write the occasions and plan the deals of both years."""
    random, staff = demo.random("signings"), Staff(demo, "signings")
    _make_occasions(session, demo)
    spare = _spare(demo, random)
    for year in (demo.today.year - 1, demo.today.year):
        planned = _plan_year(demo, random, staff, spare, year)
        done = LAST_YEAR_DONE if year < demo.today.year else _pace(demo)
        counting = [one for one in planned if one.counts]
        _share_out(random, counting, round(TARGET_FEN * demo.scale * done))
        hand_out(demo, random, counting)
        demo.signings += planned


def _pace(demo: Demo) -> float:
    progress = time_progress(demo.today, mode=TimeProgressMode.MONTHS_AND_DAYS)
    return THIS_YEAR_PACE * float(progress)


def _make_occasions(session: Session, demo: Demo) -> None:
    rows = []
    for year in (demo.today.year - 1, demo.today.year):
        for month, day, name, kind in OCCASIONS:
            on = date(year, month, day)
            if on > demo.last_day:
                continue
            made = demo.row(
                id=new_id(), name=f"{year}年{name}", kind=kind, first_on=on, last_on=on, place="县会议中心"
            )
            rows.append(made)
            demo.occasions[made["id"]] = (kind.value, on)
    if rows:
        session.execute(insert(Occasion), rows)


def _spare(demo: Demo, random: Random) -> dict[OriginLevel, Iterator[DemoInvestor]]:
    """Line the investors up by origin; each signs once, so that no name stands on half the deals."""
    lines: dict[OriginLevel, list[DemoInvestor]] = {}
    for investor in demo.investors:
        lines.setdefault(investor.origin, []).append(investor)
    return {origin: iter(random.sample(line, len(line))) for origin, line in lines.items()}


def _plan_year(
    demo: Demo, random: Random, staff: Staff, spare: dict[OriginLevel, Iterator[DemoInvestor]], year: int
) -> list[Signing]:
    ceremonies = [
        (key, on)
        for key, (kind, on) in demo.occasions.items()
        if on.year == year and kind != OccasionKind.STARTS_AND_COMPLETIONS
    ]
    planned = []
    for day in draw_days(random, demo.days_of(year), demo.number(YEARLY, year)):
        fate = random.choices(list(_FATES), list(_FATES.values()))[0]
        investor = _investor(spare, _ORIGINS.get(fate, {OriginLevel.OUT_OF_PROVINCE}))
        if investor is None:
            fate = Fate.PLAIN
            investor = _investor(spare, set(OriginLevel)) or demo.investors[0]
        near = [(key, on) for key, on in ceremonies if abs((on - day).days) <= 10]
        occasion_id, signed_on = random.choice(near) if near and random.random() < 0.55 else (None, day)
        filed_on = min(later(random, signed_on, 0, 5), demo.last_day)
        sent, decided = _ways(demo, random, filed_on)
        planned.append(
            Signing(
                id=new_id(),
                fate=fate,
                investor=investor,
                unit=staff.choose(random),
                signed_on=signed_on,
                filed_on=filed_on,
                submitted_on=sent,
                decided_on=decided,
                chain=investor.chain,
                title=project_title(random, brand=investor.brand, chain=investor.chain),
                occasion_id=occasion_id,
                total_fen=_usual(random, fate),
            )
        )
    return planned


def _investor(
    spare: dict[OriginLevel, Iterator[DemoInvestor]], origins: set[OriginLevel]
) -> DemoInvestor | None:
    for origin in sorted(origins):
        if origin in spare and (found := next(spare[origin], None)):
            return found
    return None


def _ways(demo: Demo, random: Random, filed_on: date) -> tuple[date | None, date | None]:
    """Draw when a deal was submitted and decided; of the last weeks' many still lie with the verifiers."""
    sent = _by_now(demo, later(random, filed_on, 0, 7 if random.random() < 0.85 else 35))
    if sent is None:
        return None, None
    waits = (demo.today - filed_on).days <= 45 and random.random() < 0.45
    decided = later(random, sent, 1, 9 if random.random() < 0.5 else 45)
    return sent, None if waits else _by_now(demo, decided)


def _by_now(demo: Demo, day: date) -> date | None:
    return day if day <= demo.last_day else None


def _usual(random: Random, fate: Fate) -> int:
    """Draw the amount of a deal that adds nothing to the number yet."""
    if fate is Fate.BELOW:
        return random.randint(60, 199) * 10 * WAN
    return random.choice((25, 30, 36, 50, 50, 80, 100, 100, 120, 150, 200, 300, 500)) * 100 * WAN


def _share_out(random: Random, counting: Sequence[Signing], whole_fen: int) -> None:
    """Give the deals that count amounts that add up to about the whole: few large ones, a long tail."""
    ranked = random.sample(list(counting), len(counting))
    # The largest are plain: one that still waits for its correction would take the year's number with it.
    ranked.sort(key=lambda signing: signing.fate is not Fate.PLAIN)
    weights = [(rank + 5) ** -1.2 * random.uniform(0.88, 1.12) for rank in range(len(ranked))]
    for signing, weight in zip(ranked, weights, strict=True):
        signing.total_fen = _round(max(round(whole_fen * weight / sum(weights)), 2000 * WAN))


def _round(fen: int) -> int:
    """Round an amount as contracts do: to half a 亿 from ten on, to five million from one on, else to a million."""
    step = YI // 2 if fen >= 10 * YI else 500 * WAN if fen >= YI else 100 * WAN
    return max(round(fen / step), 1) * step


def first_day_of_talks(random: Random, signing: Signing, opened_on: date) -> date:
    """Return the day on which the lead was reported that became the deal."""
    return max(opened_on, signing.signed_on - timedelta(days=random.randint(25, 220)))
