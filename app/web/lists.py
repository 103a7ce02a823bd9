"""Lists keep their whole state in the address: filters, sort and page number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from app.web.forms import Form

# How many pages on either side of the one shown are offered by number, besides the first and the last.
NEAR = 1


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page by its number; `skips` when pages before it are left out."""

    number: int
    href: str
    here: bool
    skips: bool


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a page of a list stands; `previous` and `next` are addresses, None at the ends; one page has no numbers."""

    total: int
    first: int
    last: int
    previous: str | None
    next: str | None
    numbers: tuple[PageLink, ...] = ()


def pages_of(request: Request, *, total: int, page: int, size: int, shown: int) -> Pages:
    """Return the links beside a page of `shown` rows; the rest of the address stays as it is."""
    before = (page - 1) * size
    return Pages(
        total=total,
        first=before + 1 if shown else 0,
        last=before + shown,
        previous=address_with(request, page=page - 1) if page > 1 else None,
        next=address_with(request, page=page + 1) if before + shown < total else None,
        numbers=tuple(_numbers(request, page=page, count=-(-total // size))),
    )


def _numbers(request: Request, *, page: int, count: int) -> Iterator[PageLink]:
    if count < 2:
        return
    before = 0
    for number in sorted({1, count, *range(max(1, page - NEAR), min(count, page + NEAR) + 1)}):
        href = address_with(request, page=number)
        yield PageLink(number, href, here=number == page, skips=number > before + 1)
        before = number


def address_with(request: Request, **changes: Any) -> str:
    """Return this page's address with parts of its query changed; None, empty and page 1 are left out."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changes]
    added = [(name, str(value)) for name, value in changes.items() if value not in (None, "")]
    query = urlencode([pair for pair in [*kept, *added] if pair[1] and pair != ("page", "1")])
    return f"{request.url.path}?{query}" if query else request.url.path


def is_filtered(form: Form[Any]) -> bool:
    """Say whether a list's filter keeps rows out, or could not be read; its order and page keep none."""
    return bool(form.errors or form.data.model_dump(exclude_defaults=True, exclude={"page", "sort"}))


@dataclass(frozen=True, slots=True)
class Sorting:
    """A column\'s heading that sorts; `sorted` is asc, desc or None."""

    href: str
    sorted: str | None


def sortings(request: Request, columns: Iterable[str], *, sort: str) -> dict[str, Sorting]:
    """Return the heading link of every column that sorts; a second click turns the order round."""
    found = {}
    for column in columns:
        now = "asc" if sort == column else "desc" if sort == f"-{column}" else None
        target = f"-{column}" if now == "asc" else column
        found[column] = Sorting(address_with(request, sort=target, page=None), now)
    return found
