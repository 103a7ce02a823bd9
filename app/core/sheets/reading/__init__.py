"""Read ledgers as offices keep them: any of four formats, title rows above the header, merged cells, 合计 and 小计.

book = open_book(content, filename="招商台账.xls")
table = find_table(book, recognise=lambda words: FIELDS.get(words))
table.rows[0].cells[table.columns[1].index]
"""

from app.core.sheets.reading.layout import find_table
from app.core.sheets.reading.opening import open_book
from app.core.sheets.reading.problems import (
    NoHeader,
    SheetProtected,
    SheetTooLarge,
    SheetUnreadable,
    UnknownEncoding,
    UnknownFormat,
)
from app.core.sheets.reading.shape import (
    Aside,
    Grid,
    SheetColumn,
    SheetRow,
    Table,
    TotalRow,
    Value,
    letter_of,
)
from app.core.sheets.reading.values import CellProblem, amount_of, day_of_cell, number_of, text_of

__all__ = [
    "Aside",
    "CellProblem",
    "Grid",
    "NoHeader",
    "SheetColumn",
    "SheetProtected",
    "SheetRow",
    "SheetTooLarge",
    "SheetUnreadable",
    "Table",
    "TotalRow",
    "UnknownEncoding",
    "UnknownFormat",
    "Value",
    "amount_of",
    "day_of_cell",
    "find_table",
    "letter_of",
    "number_of",
    "open_book",
    "text_of",
]
