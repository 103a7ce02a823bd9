"""What programs send and read about leads. Contacts go in and never come out."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.core.regions import OriginLevel
from app.core.wire import Day, Instant, Listing, LongText, Money, OneLine, Ref, Sending
from app.leads.rules import LeadSource, LeadStage, Validity

MOST_AT_ONCE = 200
Decimal2 = Field(
    None, pattern=r"^[0-9]{1,7}(\.[0-9]{1,2})?$", max_length=10, description="亩, a decimal string."
)


def _within_reach(value: Money | None) -> Money | None:
    """Refuse an amount that is negative or beyond any investment while the body is read, at its own pointer."""
    return value if value is None or value.fen >= 0 else None


Planned = Annotated[Money | None, AfterValidator(_within_reach)]


class ContactIn(Sending):
    """Somebody to talk to. Write-only: no answer ever carries it."""

    name: OneLine = Field(min_length=1, max_length=60, examples=["孙经理"])
    post: OneLine = Field("", max_length=80)
    phone: OneLine = Field("", max_length=40, examples=["13800000000"])
    consent: bool = Field(False, description="Whether the person agreed to be written down.")


class LeadBody(Sending):
    """What a lead says. An amount is `planned_investment`, or a range by `planned_min` and `planned_max`; amounts that
    look mistyped are refused until `confirm_amount` is true."""

    title: OneLine = Field(min_length=2, max_length=200, examples=["年产10万套线缆项目"])
    source: LeadSource = Field(examples=["partner"])
    industry_chain: OneLine = Field("", max_length=60)
    content: LongText = Field("", max_length=4000, description="What is to be built; needed for protection.")
    planned_investment: Planned = Field(None, examples=[{"amount": "500000000.00", "currency": "CNY"}])
    planned_min: Planned = None
    planned_max: Planned = None
    confirm_amount: bool = False
    expected_signing_on: Day | None = Field(None, examples=["2022-12-20"])
    place: OneLine = Field("", max_length=120, examples=["河下工业园"])
    land_mu: str | None = Decimal2
    first_contact_on: Day | None = Field(
        None, description="Needed for protection, with a contact and content."
    )
    next_step: OneLine = Field("", max_length=300)
    next_follow_up_on: Day | None = None
    contact: ContactIn | None = Field(
        None,
        description="Write-only.",
        examples=[{"name": "孙经理", "phone": "13800000000", "consent": True}],
    )


class WithInvestor(LeadBody):
    investor_name: OneLine = Field(
        "", max_length=200, description="The full name, or `investor_id`.", examples=["江西云杉线缆有限公司"]
    )
    investor_id: UUID | None = None
    second_project: bool = Field(False, description="The investor has another project already.")
    ruling_reason: OneLine = Field(
        "", max_length=500, description="Asks for a decision where another unit holds the investor."
    )
    unit_id: UUID | None = Field(
        None,
        description="Owner unit; without it the key's own. A partner's referral goes to the intake unit.",
    )


class NewLead(WithInvestor):
    """A lead to report. `id` may be a UUIDv7 made by the sender."""

    id: UUID | None = Field(None, description="A UUIDv7 made by the sender.")


class ExternalLead(WithInvestor):
    """A lead as it stands in the sender's own system: what is not given is empty."""


class BulkItem(NewLead):
    external_source: OneLine = Field("", max_length=60)
    external_id: OneLine = Field("", max_length=120)


class LeadPatch(Sending):
    """Fields to change; those left out stay. Once the lead is judged its partner may send `note` only."""

    title: OneLine | None = Field(None, min_length=2, max_length=200)
    source: LeadSource | None = None
    industry_chain: OneLine | None = Field(None, max_length=60)
    content: LongText | None = Field(None, max_length=4000)
    planned_investment: Planned = None
    planned_min: Planned = None
    planned_max: Planned = None
    confirm_amount: bool = False
    expected_signing_on: Day | None = Field(None, examples=["2022-12-20"])
    place: OneLine | None = Field(None, max_length=120, examples=["河下工业园"])
    land_mu: str | None = Decimal2
    first_contact_on: Day | None = None
    next_step: OneLine | None = Field(None, max_length=300)
    next_follow_up_on: Day | None = None
    contact: ContactIn | None = Field(
        None,
        description="Write-only.",
        examples=[{"name": "孙经理", "phone": "13800000000", "consent": True}],
    )
    note: LongText | None = Field(
        None,
        min_length=2,
        max_length=2000,
        description="Write-only; appended to the lead's timeline.",
        examples=["老板下周来考察"],
    )


class Bulk(Sending):
    """Up to 200 leads; each item is a lead to report (the body of `POST /leads`, with `external_source` and
    `external_id` where the sender has them) and is judged on its own. `dry_run` keeps nothing."""

    items: list[Any] = Field(
        min_length=1,
        max_length=MOST_AT_ONCE,
        examples=[[{"title": "线缆项目", "source": "partner", "investor_name": "江西云杉线缆有限公司"}]],
    )
    dry_run: bool = False


class OriginOut(BaseModel):
    level: OriginLevel
    region: str = Field(description="GB/T 2260 code, or a country's ISO code; empty where it is not known.")


class ReferralOut(BaseModel):
    """How the office judged a referral, and what it answered."""

    judgement: Validity
    reply: str = Field(examples=["已约老板下周来考察"])
    reply_due_on: Day | None
    replied_at: Instant | None


class LeadOut(BaseModel):
    """A lead. `referral` stands where a partner referred it; `valid` is null until it is judged."""

    model_config = ConfigDict(title="Lead")

    id: UUID
    code: str = Field(examples=["L2022-0133"])
    title: str = Field(examples=["年产10万套线缆项目"])
    investor: Ref = Field(
        examples=[{"id": "01849e1c-7d3a-7c44-9a5e-1b2f6c8d0e11", "name": "江西云杉线缆有限公司"}]
    )
    origin: OriginOut
    industry_chain: str = Field(examples=["光电信息"])
    planned_investment: Money | None = Field(
        description="One number where the plan is one; else see the bounds."
    )
    planned_min: Money | None
    planned_max: Money | None
    expected_signing_on: Day | None
    place: str = Field(examples=["河下工业园"])
    land_mu: str | None = Field(examples=["80.50"])
    stage: LeadStage
    valid: bool | None = Field(examples=[True])
    unit: Ref
    owner: str = Field(examples=["钱小树"])
    source: LeadSource
    referral: ReferralOut | None
    reported_at: Instant
    protected_until: Day | None
    last_contact_at: Day | None = Field(description="The day of the newest contact.")
    next_follow_up_on: Day | None
    deal_id: UUID | None
    external_source: str | None = Field(examples=["crm"])
    external_id: str | None = Field(examples=["A-1024"])
    version: int
    created_at: Instant
    updated_at: Instant


class Refusal(BaseModel):
    """Why an item of a bulk was refused, in the words of a problem."""

    code: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []
    candidates: list[dict[str, str]] | None = None
    held_by_unit: str | None = None
    held_until: Day | None = None


class BulkResult(BaseModel):
    """What became of one item: `created`, `valid` (a dry run would create it), or `refused` with its problem."""

    index: int
    result: Literal["created", "valid", "refused"]
    lead: LeadOut | None = None
    problem: Refusal | None = None


class BulkOut(BaseModel):
    dry_run: bool
    created: int
    refused: int
    results: list[BulkResult]


class LeadListing(Listing):
    """Filters of the list of leads; several are joined by and."""

    stage: LeadStage | None = None
    unit: UUID | None = Field(None, description="Owner unit.")
    investor: UUID | None = None
    origin: Literal["referral", "own"] | None = Field(
        None, description="Referred by a partner, or the office's own."
    )
    source: LeadSource | None = None
    judgement: Validity | None = None
    industry_chain: OneLine | None = Field(None, max_length=60)
    reported_from: Day | None = None
    reported_to: Day | None = None
    updated_since: Instant | None = None
    amount_gte: str | None = Field(
        None,
        pattern=r"^[0-9]{1,15}(\.[0-9]{1,2})?$",
        max_length=18,
        description="Planned investment at least, in yuan.",
    )
    external_source: OneLine | None = Field(None, max_length=60)
    external_id: OneLine | None = Field(None, max_length=120)
    sort: Literal["-updated_at", "updated_at", "-reported_at", "reported_at", "code", "-code"] = "-updated_at"
