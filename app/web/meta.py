"""`/api/v1/meta`: what a partner's program needs to know before anything else."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from app import __version__
from app.core.i18n import label
from app.web.api import ApiContext, any_key
from app.web.api_document import operation

router = APIRouter(prefix="/api/v1", tags=["meta"])


class Coded(BaseModel):
    """One value of an enumeration: the code is stable, the labels are for people."""

    code: str = Field(examples=["negotiating"])
    zh: str = Field(examples=["在谈"])
    en: str = Field(examples=["Negotiating"])


class KeyOut(BaseModel):
    """What the calling key is and may do."""

    account: str = Field(examples=["沪商会接口"])
    unit: str = Field(examples=["沪商会"])
    roles: list[str] = Field(examples=[["partner"]])
    scopes: list[str] = Field(examples=[["leads:read", "leads:write"]])
    requests_per_minute: int = Field(examples=[120])


class MetaOut(BaseModel):
    version: str = Field(examples=["0.1.0"])
    timezone: str = Field(examples=["Asia/Shanghai"])
    currency: str = Field(examples=["CNY"])
    key: KeyOut
    enumerations: dict[str, list[Coded]] = Field(
        examples=[{"LeadStage": [{"code": "negotiating", "zh": "在谈", "en": "Negotiating"}]}]
    )


@router.get(
    "/meta",
    response_model=MetaOut,
    summary="Codes with their labels, and what this key may do",
    **operation(),
)
def get_meta(ctx: Annotated[ApiContext, any_key()]) -> Response:
    """Stable codes of every enumeration with labels in Chinese and English, the key's scopes and its limit."""
    body = MetaOut(
        version=__version__,
        timezone=ctx.settings.timezone,
        currency="CNY",
        key=KeyOut(
            account=ctx.actor.name,
            unit=ctx.actor.unit_name,
            roles=sorted(role.value for role in ctx.actor.roles),
            scopes=sorted(ctx.actor.scopes or ()),
            requests_per_minute=ctx.allowance.limit,
        ),
        enumerations={
            name: [coded(value) for value in enumeration]
            for name, enumeration in ctx.request.app.state.enumerations.items()
        },
    )
    return ctx.plain(body)


def coded(value: StrEnum) -> Coded:
    return Coded(code=value.value, zh=label("zh_CN", value), en=label("en", value))
