"""Text: cleaned, folded, read as pinyin, taken apart for search; codes, telephone numbers, decimals."""

from app.core.text.folding import COMPANY_SUFFIXES, clean_text, core_name, defuse_formula, fold
from app.core.text.numbers import UsccError, check_uscc, mask_phone, normal_phone, plain_number
from app.core.text.reading import initials_of, pinyin_of, syllables_of
from app.core.text.searching import SearchTerms, bigrams, search_terms, similar, similarity

__all__ = [
    "COMPANY_SUFFIXES",
    "SearchTerms",
    "UsccError",
    "bigrams",
    "check_uscc",
    "clean_text",
    "core_name",
    "defuse_formula",
    "fold",
    "initials_of",
    "mask_phone",
    "normal_phone",
    "pinyin_of",
    "plain_number",
    "search_terms",
    "similar",
    "similarity",
    "syllables_of",
]
