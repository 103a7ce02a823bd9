"""Put the application together: the only place where every room meets."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from sqlalchemy import MetaData

from app import __version__
from app.core import jobs
from app.core.actor import Role
from app.core.clock import DayPrecision
from app.core.db import Base, Database
from app.core.i18n import N_
from app.core.money import AmountQualifier
from app.core.permissions import Permission
from app.core.regions import OriginLevel
from app.core.resources import resource_dir
from app.deals.rules import AgreementKind, CreditRole, DealStage, ExclusionReason, ListLevel, TermsState
from app.identity.keys import pages as keys
from app.identity.rules import UnitKind
from app.identity.sign_in import pages as sign_in
from app.identity.sign_in.service import ConfirmationNeeded
from app.investors.rules import InvestorKind
from app.leads.rules import LeadSource, LeadStage, Validity
from app.settings import Settings, UnsafeSettings, get_settings
from app.targets.rules import Band, Cause, Measure, Reason, SetBy
from app.visits.rules import VisitKind
from app.web import context, health, logs, navigation, problems, templating, threads
from app.web.body_limit import BodyLimit
from app.web.headers import Envelope
from app.web.limits import RateLimiter
from app.web.method_override import HeadAsGet, MethodOverride
from app.web.old_browsers import SwitchKernel
from app.web.static_files import HashedFiles

# Rooms that own tables; importing them registers the tables on `Base`.
MODELS = (
    "app.core.models",
    "app.identity.models",
    "app.investors.models",
    "app.targets.models",
    "app.leads.models",
    "app.deals.models",
    "app.visits.models",
)

# Every router, in the order in which addresses are matched: what is opened all day stands before what is opened once.
ROUTERS = (
    "app.leads.lists.pages",
    "app.leads.pages",
    "app.progress.pages",
    "app.desk.pages",
    "app.web.meta",
    "app.web.partner_docs",
    "app.leads.api",
    "app.deals.api",
    "app.investors.api",
    "app.visits.api",
    "app.desk.feed.api",
    "app.progress.api",
    "app.visits.trips.pages",
    "app.visits.exporting.pages",
    "app.visits.offline.pages",
    "app.visits.pages",
    "app.deals.submission.pages",
    "app.deals.opening.pages",
    "app.deals.verification.pages",
    "app.deals.listing.pages",
    "app.deals.schedule.pages",
    "app.deals.terms.pages",
    "app.deals.following.pages",
    "app.deals.evidence.pages",
    "app.deals.occasions.pages",
    "app.deals.pages",
    "app.web.fragments",
    "app.leads.following.pages",
    "app.leads.protection.pages",
    "app.leads.pool.pages",
    "app.investors.suggesting.pages",
    "app.investors.pages",
    "app.investors.contacts.pages",
    "app.investors.merging.pages",
    "app.investors.exporting.pages",
    "app.progress.rows.pages",
    "app.progress.brief.pages",
    "app.progress.comparing.pages",
    "app.identity.sign_in.pages",
    "app.identity.one_time_codes.pages",
    "app.identity.directory.pages",
    "app.identity.roster.pages",
    "app.identity.accounts.pages",
    "app.identity.accounts.passwords.pages",
    "app.identity.keys.pages",
    "app.targets.managing.pages",
    "app.targets.managing.division.pages",
    "app.targets.counting.pages",
    "app.targets.freezing.pages",
    "app.transfers.pages",
    "app.transfers.queued.pages",
    "app.audit.pages",
    "app.admin.options.pages",
    "app.admin.chains.pages",
    "app.web.styleguide",
)

# Rooms whose background jobs must be known to a worker.
JOBS: tuple[str, ...] = (
    "app.identity.jobs",
    "app.leads.pool.jobs",
    "app.deals.jobs",
    "app.progress.posting.jobs",
    "app.transfers.queued.jobs",
)

# Codes that partners meet, published with their labels at /api/v1/meta.
ENUMERATIONS: tuple[type[StrEnum], ...] = (
    Role,
    UnitKind,
    LeadStage,
    LeadSource,
    Validity,
    OriginLevel,
    DealStage,
    TermsState,
    AgreementKind,
    CreditRole,
    AmountQualifier,
    DayPrecision,
    InvestorKind,
    VisitKind,
    Measure,
    SetBy,
    Cause,
    Band,
    Reason,
    ExclusionReason,
    ListLevel,
)

NAVIGATION: tuple[navigation.Entry, ...] = (
    navigation.Entry("/", N_("我的工作"), "house", Permission.READ_RECORDS, phone=True),
    navigation.Entry("/progress", N_("目标进度"), "trending-up", Permission.READ_PROGRESS, phone=True),
    navigation.Entry(
        "/visits/new", N_("记拜访"), "plus", Permission.WRITE_RECORDS, phone=True, main=True, desktop=False
    ),
    navigation.Entry("/leads", N_("线索"), "lightbulb", Permission.READ_RECORDS, phone=True),
    navigation.Entry("/visits", N_("拜访"), "map-pin-check", Permission.READ_RECORDS),
    navigation.Entry("/deals", N_("签约项目"), "handshake", Permission.READ_RECORDS),
    navigation.Entry("/deals/schedule", N_("调度表"), "clipboard-list", Permission.READ_RECORDS),
    navigation.Entry("/deals/verification", N_("认定"), "badge-check", Permission.VERIFY_TERMS),
    navigation.Entry("/progress/targets", N_("目标管理"), "target", Permission.MANAGE_TARGETS),
    navigation.Entry("/progress/freezes", N_("封账"), "lock", Permission.CONFIRM_FREEZE),
    navigation.Entry("/investors", N_("客商库"), "building-2", Permission.READ_RECORDS),
    navigation.Entry("/transfers/import", N_("导入"), "upload", Permission.IMPORT),
    navigation.Entry("/unit/users", N_("本单位人员"), "users", Permission.MANAGE_UNIT_USERS),
    navigation.Entry("/admin/users", N_("账号"), "user-plus", Permission.MANAGE_USERS, phone=True),
    navigation.Entry("/admin/people", N_("名册"), "users", Permission.MANAGE_USERS, phone=True),
    navigation.Entry("/admin/units", N_("单位"), "network", Permission.MANAGE_UNITS, phone=True),
    navigation.Entry("/transfers/import", N_("导入"), "upload", Permission.MANAGE_UNITS),
    navigation.Entry("/admin/tracks", N_("赛道"), "flag", Permission.MANAGE_UNITS),
    navigation.Entry("/admin/settings", N_("设置"), "settings", Permission.MANAGE_SETTINGS),
    navigation.Entry("/admin/keys", N_("接口账号"), "key-round", Permission.MANAGE_KEYS),
    navigation.Entry("/admin/audit", N_("审计记录"), "history", Permission.READ_AUDIT, phone=True),
)

SESSION_COOKIE = "luodi_session"


def metadata() -> MetaData:
    """Return the tables of every room, for migrations."""
    for name in MODELS:
        import_module(name)
    return Base.metadata


# Nothing leaves the house: variables of the environment must not make requests known to somebody else.
NOTHING_TOLD: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def create_app(
    settings: Settings | None = None,
    *,
    clock: Callable[[], datetime] | None = None,
    database: Database | None = None,
    with_worker: bool = False,
) -> FastAPI:
    """Build the application. `clock` gives the current instant; tests hand in their own.

    Raises UnsafeSettings when production would run with an unsafe setting.
    """
    settings = settings or get_settings()
    settings.refuse_unsafe()
    if unknown := sorted(set(settings.totp_required_for) - set(Role)):
        # A slip of the pen would leave the second factor off without a word.
        raise UnsafeSettings([f"LUODI_TOTP_REQUIRED_FOR: no such role: {', '.join(unknown)}"])
    logs.configure(settings)
    metadata()
    app = FastAPI(
        title="Luodi 落地",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
        telemetry=NOTHING_TOLD,
    )
    hand_over_state(app, settings, clock=clock, database=database, with_worker=with_worker)
    problems.install(app)
    # One flat list: included routers are each matched twice, and their routes built a second time.
    app.router.routes.extend(health.router.routes)
    for name in ROUTERS:
        app.router.routes.extend(import_module(name).router.routes)
    app.mount("/static", HashedFiles(directory=resource_dir("static")))
    app.add_middleware(BodyLimit, settings=settings)
    app.add_middleware(MethodOverride)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SwitchKernel, settings=settings)
    app.add_middleware(Envelope, settings=settings)
    return app


def hand_over_state(
    app: FastAPI,
    settings: Settings,
    *,
    clock: Callable[[], datetime] | None,
    database: Database | None,
    with_worker: bool = False,
) -> None:
    """Put on the application what the web layer needs of the rooms it does not know."""
    app.state.settings = settings
    app.state.database = database or Database(settings)
    app.state.clock = clock or (lambda: datetime.now(UTC))
    app.state.session_cookie = f"__Host-{SESSION_COOKIE}" if settings.https else SESSION_COOKIE
    app.state.resolve_session = sign_in.resolve
    app.state.resolve_key = keys.resolve_key
    app.state.limiter = RateLimiter()
    app.state.enumerations = {enumeration.__name__: enumeration for enumeration in ENUMERATIONS}
    app.state.is_demo = health.DemoMark(app.state.database)
    app.state.navigation = navigation.Navigation(NAVIGATION)
    app.state.with_worker = with_worker
    app.state.refusal_pages = {
        context.SignInNeeded: sign_in.sign_in_page,
        context.PasswordChangeNeeded: sign_in.password_first,
        ConfirmationNeeded: sign_in.confirm_first,
    }


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    threads.limit(settings.requests_at_once)
    templating.warm(settings.timezone)
    stop = threading.Event()
    worker = (
        start_worker(app.state.database, settings, app.state.clock, stop) if app.state.with_worker else None
    )
    try:
        yield
    finally:
        stop.set()
        if worker is not None:
            worker.join(timeout=10)
        app.state.database.dispose()


def start_worker(
    database: Database, settings: Settings, clock: Callable[[], datetime], stop: threading.Event
) -> threading.Thread:
    """Run the background jobs in a thread until `stop` is set."""
    worker = make_worker(database, settings, clock)
    thread = threading.Thread(target=worker.run_forever, args=(stop,), name="luodi-worker", daemon=True)
    thread.start()
    return thread


def make_worker(database: Database, settings: Settings, clock: Callable[[], datetime]) -> jobs.Worker:
    """Build a worker that knows every room's jobs."""
    for name in JOBS:
        import_module(name)
    return jobs.Worker(database, clock, settings=settings)
