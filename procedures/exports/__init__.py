"""Spreadsheets of the catalogue: the list of procedures, the roadmap."""

from portal.core.sheets import XLSX, write_sheet
from procedures.exports.procedure_list import procedure_list
from procedures.exports.roadmap import roadmap_workbook

__all__ = ["XLSX", "procedure_list", "roadmap_workbook", "write_sheet"]
