"""Lists of words that a county edits: industry chains, exclusions. Codes are stable, labels are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import AppError, NotFound
from app.core.events import record
from app.core.ids import new_id
from app.core.models.options import DictionaryEntry
from app.core.remembered import remembered

_CACHE = "luodi.words"
LONGEST_CODE = 60
Labels = tuple[str, str, str]

# What each list begins with: (code, Chinese, English). A row of the county's with the same code replaces it.
KINDS: dict[str, tuple[Labels, ...]] = {
    "industry_chain": (
        ("opto_electronics", "光电信息", "Opto-electronics"),
        ("ramie_textiles", "麻纺", "Ramie textiles"),
        ("building_materials", "建材/新材料", "Building and new materials"),
        ("special_steel", "特钢", "Special steel"),
        ("machinery", "装备制造", "Machinery"),
        ("electric_vehicles", "新能源及汽车", "New energy and vehicles"),
        ("food", "食品加工", "Food processing"),
        ("health", "医药健康", "Medicine and health"),
        ("modern_services", "现代服务业", "Modern services"),
        ("culture_tourism", "文化旅游", "Culture and tourism"),
        ("modern_farming", "现代农业", "Modern farming"),
        ("other", "其他", "Other"),
    ),
    "exclusion": (
        ("real_estate", "房地产", "Real estate"),
        ("government_funded", "政府投资", "Government funded"),
        ("ppp", "PPP项目", "Public-private partnership"),
        ("utility_outlet", "公用事业网点", "Utility outlet"),
        ("natural_resource_only", "单纯资源开采", "Natural resource only"),
        ("consumer_service", "生活服务业", "Consumer service"),
        ("local_relocation", "县内迁建", "Relocation within the county"),
        ("phase_within_contract", "合同内分期", "Phase within a contract"),
        ("technical_upgrade", "技改项目", "Technical upgrade"),
    ),
}


class WordExists(AppError):
    code = "options.word_exists"
    status = 409


@dataclass(frozen=True, slots=True)
class Word:
    """One entry of a list as people choose it; version 0 until the county changes it."""

    kind: str
    code: str
    zh: str
    en: str
    position: int
    active: bool = True
    version: int = 0

    def label(self, locale: str) -> str:
        return self.en if locale == "en" and self.en else self.zh


def words(
    session: Session, county_id: UUID, kind: str, *, with_inactive: bool = False, keep: str = ""
) -> list[Word]:
    """Return a list's words in their order, the county's own over what the list begins with.

    `keep` is the code that a record bears: its form offers the word though it is no longer in use.
    """
    merged = _merged(session, county_id).get(kind, {}).values()
    chosen = [word for word in merged if word.active or with_inactive or word.code == keep]
    return sorted(chosen, key=lambda word: (word.position, word.code))


def label_of(session: Session, county_id: UUID, kind: str, code: str, *, locale: str = "zh_CN") -> str:
    """Return the word for a code, switched off or not; an unknown code comes back as it is."""
    word = _merged(session, county_id).get(kind, {}).get(code)
    return word.label(locale) if word else code


def chain_wording(session: Session, county_id: UUID) -> Callable[[str, str], str]:
    """Return what gives the word for an industry chain: (locale, code) → word."""
    return lambda locale, code: label_of(session, county_id, "industry_chain", code, locale=locale)


def add_word(
    session: Session, actor: Actor, kind: str, code: str, *, zh: str, en: str = "", at: datetime
) -> Word:
    """Add a word to a list, at its end. Raises NotFound for an unknown list, WordExists."""
    if kind not in KINDS:
        raise NotFound()
    standing = _merged(session, actor.county_id)[kind]
    if code in standing:
        raise WordExists()
    word = Word(kind, code, zh, en, max((each.position for each in standing.values()), default=0) + 10)
    _save(session, actor, None, word, at=at)
    return word


def change_word(
    session: Session,
    actor: Actor,
    kind: str,
    code: str,
    *,
    zh: str,
    en: str = "",
    position: int,
    active: bool,
    at: datetime,
) -> Word:
    """Give a word other labels or another place, or switch it off; records keep its code. Raises NotFound."""
    before = _merged(session, actor.county_id).get(kind, {}).get(code)
    if before is None:
        raise NotFound()
    word = Word(kind, code, zh, en, position, active)
    _save(session, actor, before, word, at=at)
    return word


def _save(session: Session, actor: Actor, before: Word | None, word: Word, *, at: datetime) -> None:
    row = session.scalar(
        select(DictionaryEntry).where(
            DictionaryEntry.county_id == actor.county_id,
            DictionaryEntry.kind == word.kind,
            DictionaryEntry.code == word.code,
        )
    )
    values = {"label_zh": word.zh, "label_en": word.en, "position": word.position, "active": word.active}
    if row is None:
        key = {"id": new_id(), "county_id": actor.county_id, "kind": word.kind, "code": word.code}
        session.add(DictionaryEntry(**key, **values, created_at=at, updated_at=at))
    else:
        for name, value in values.items():
            setattr(row, name, value)
        row.touch(at)
    session.flush()
    session.info.pop(_CACHE, None)
    old = (
        {"zh": before.zh, "en": before.en, "position": before.position, "active": before.active}
        if before
        else {}
    )
    new = {"zh": word.zh, "en": word.en, "position": word.position, "active": word.active}
    changes = {name: (old.get(name), value) for name, value in new.items() if old.get(name) != value}
    kind = "word.changed" if before else "word.added"
    note = f"{word.kind}:{word.code}"
    record(session, actor, kind, ("county", actor.county_id), at=at, changes=changes, note=note)


def _merged(session: Session, county_id: UUID) -> dict[str, dict[str, Word]]:
    cached: dict[UUID, dict[str, dict[str, Word]]] = session.info.setdefault(_CACHE, {})
    if county_id not in cached:
        cached[county_id] = remembered(session, (_CACHE, county_id), lambda: _read(session, county_id))
    return cached[county_id]


def _read(session: Session, county_id: UUID) -> dict[str, dict[str, Word]]:
    merged = {
        kind: {
            code: Word(kind, code, zh, en, (number + 1) * 10) for number, (code, zh, en) in enumerate(given)
        }
        for kind, given in KINDS.items()
    }
    for row in session.scalars(select(DictionaryEntry).where(DictionaryEntry.county_id == county_id)):
        word = Word(row.kind, row.code, row.label_zh, row.label_en, row.position, row.active, row.version)
        merged.setdefault(row.kind, {})[row.code] = word
    return merged
