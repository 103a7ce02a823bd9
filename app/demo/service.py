"""Make the fictional county, topic by topic, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.core.errors import AppError
from app.core.ids import new_id
from app.core.options import County
from app.demo.accounts import make_accounts
from app.demo.contracts import make_contracts
from app.demo.county import COUNTY_CODE, COUNTY_NAME, Demo
from app.demo.deals import make_deals
from app.demo.investors import make_investors
from app.demo.leads import make_leads
from app.demo.people import make_people
from app.demo.signings import plan_signings
from app.demo.targets import make_targets
from app.demo.traces import make_traces
from app.demo.units import make_units
from app.demo.visits import make_visits
from app.identity.setup.queries import county as standing_county
from app.settings import Settings


class DemoRefused(AppError):
    """The database holds a real county, which nothing made up may join."""

    code = "demo.county_exists"
    status = 409


class DemoInProduction(AppError):
    """The demo's password is public."""

    code = "demo.production"
    status = 409


# In the order in which they are made: each needs what stands before it.
TOPICS: tuple[tuple[str, Callable[[Session, Demo], None]], ...] = (
    ("units", make_units),
    ("people", make_people),
    ("accounts", make_accounts),
    ("investors", make_investors),
    ("occasions", plan_signings),
    ("leads", make_leads),
    ("deals", make_deals),
    ("visits", make_visits),
    ("targets", make_targets),
    ("traces", make_traces),
)


def load_demo(
    session: Session,
    *,
    today: date,
    zone: ZoneInfo,
    scale: float = 1.0,
    settings: Settings | None = None,
    begun: Callable[[str], None] = lambda _topic: None,
) -> Demo | None:
    """Fill an empty database with the demo county as it would stand on `today`; None when it is there already.

    `scale` makes only a part of the records; `begun` is told each topic's name before it is made. `settings` say
    where files lie; without them the deals have no contracts. Raises DemoRefused over a real county.
    """
    county = standing_county(session)
    if county is not None:
        if county.is_demo:
            return None
        raise DemoRefused(county=county.name)
    demo = Demo(county_id=new_id(), today=today, zone=zone, scale=scale)
    session.add(
        County(
            id=demo.county_id,
            code=COUNTY_CODE,
            name=COUNTY_NAME,
            is_demo=True,
            created_at=demo.opened_at,
            updated_at=demo.opened_at,
        )
    )
    session.flush()
    for name, make in TOPICS:
        begun(name)
        make(session, demo)
    if settings is not None:
        make_contracts(session, demo, settings=settings)
    return demo
