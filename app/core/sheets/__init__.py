"""Spreadsheets as offices use them: written so that Excel and WPS open them safely, read however they come."""

from app.core.sheets.writing import Cell, Column, ColumnKind, Sheet, csv_bytes, xlsx_bytes

__all__ = ["Cell", "Column", "ColumnKind", "Sheet", "csv_bytes", "xlsx_bytes"]
