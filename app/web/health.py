"""Is the process up, is the database ready; and the metrics page."""

from __future__ import annotations

import hmac

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from starlette.responses import JSONResponse, Response

from app.core import migrate
from app.core.db import Database, ping
from app.core.errors import AppError, NotFound
from app.web import metrics as figures

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> Response:
    """Answer on the event loop: alive also while every thread waits for the database."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def readyz(request: Request) -> Response:
    """Answer 200 when the database answers and every migration has run, else 503 and what is missing."""
    database: Database = request.app.state.database
    try:
        with database.reading() as session:
            ping(session)
            ready = migrate.at_head(session.connection())
    except AppError as error:
        return JSONResponse(
            {"status": "database away"},
            status_code=503,
            headers={"Retry-After": str(error.params["retry_after"])},
        )
    if not ready:
        return JSONResponse({"status": "migrations missing: run luodi migrate"}, status_code=503)
    return JSONResponse({"status": "ready"})


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Answer Prometheus, where a token is set and sent; anybody else finds nothing here."""
    state = request.app.state
    token = state.settings.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token.encode(), given.encode()):
        raise NotFound()
    return Response(figures.page(state.database, at=state.clock()), media_type=CONTENT_TYPE_LATEST)


class DemoMark:
    """Says whether the database holds demo data; asked of the database until it was once answered yes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: bool | None = None

    def __call__(self) -> bool:
        if self._known is None:
            try:
                with self._database.reading() as session:
                    row = session.execute(text("SELECT is_demo FROM counties LIMIT 1")).first()
            except AppError:
                return False
            if row is None:
                return False
            self._known = bool(row[0])
        return self._known
