"""What a county decides: dated settings, dictionaries, its calendar, short codes. Rules receive the values.

days = get_option(session, county_id, "leads.protection_days", on_day=today)
code = short_code(session, county_id, "L", 2022)      # L2022-0133
"""

from app.core.models.options import CalendarDay, Counter, County, DictionaryEntry, OptionRow
from app.core.options.calendar import clear_day, set_day, special_days, working_days
from app.core.options.codes import reserve_codes, short_code
from app.core.options.dictionaries import (
    KINDS,
    LONGEST_CODE,
    Word,
    add_word,
    chain_wording,
    change_word,
    label_of,
    words,
)
from app.core.options.known import (
    KNOWN,
    MOST_DAYS,
    Known,
    OptionGroup,
    OptionKind,
    OptionRefused,
    UnknownOption,
    known,
)
from app.core.options.settings import (
    county_code,
    get_option,
    history,
    only_county,
    set_option,
)

__all__ = [
    "KINDS",
    "KNOWN",
    "LONGEST_CODE",
    "MOST_DAYS",
    "CalendarDay",
    "Counter",
    "County",
    "DictionaryEntry",
    "Known",
    "OptionGroup",
    "OptionKind",
    "OptionRefused",
    "OptionRow",
    "UnknownOption",
    "Word",
    "add_word",
    "chain_wording",
    "change_word",
    "clear_day",
    "county_code",
    "get_option",
    "history",
    "known",
    "label_of",
    "only_county",
    "reserve_codes",
    "set_day",
    "set_option",
    "short_code",
    "special_days",
    "words",
    "working_days",
]
