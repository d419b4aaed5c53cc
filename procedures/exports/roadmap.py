"""The roadmap as a workbook: the same numbers as the page, with numerator and denominator beside every share."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from portal.core.sheets import cell, head, saved
from procedures import selectors
from procedures.selectors.roadmap import LevelTable, RoadmapTable, ServiceToRaise, Share, UnitRow

_PERCENT = "0.0%"


def roadmap_workbook(table: RoadmapTable, levels: LevelTable, services: Iterable[ServiceToRaise]) -> bytes:
    """Three sheets: by unit, by level, and every service with what is in its way. Written row by row."""
    book = Workbook(write_only=True)
    _units(book.create_sheet(_("Theo đơn vị")), table)
    _levels(book.create_sheet(_("Theo mức độ")), levels, table)
    _services(book.create_sheet(_("Dịch vụ mức độ 2, 3")), services)
    return saved(book)


def _units(sheet: Any, table: RoadmapTable) -> None:
    sheet.column_dimensions["A"].width = 48
    title = _("Lộ trình nâng mức độ dịch vụ, tính đến ngày %(day)s") % {"day": f"{table.on:%d/%m/%Y}"}
    sheet.append([cell(sheet, title, is_bold=True)])
    note = _("Một dịch vụ là một thủ tục tại một cơ quan; tỷ lệ tính trên dịch vụ từ mức độ 2.")
    sheet.append([cell(sheet, note)])
    head(
        sheet,
        [
            *(_("Đơn vị"), _("Mức độ 1"), _("Mức độ 2"), _("Mức độ 3"), _("Mức độ 4"), _("Từ mức độ 2")),
            *(_("Tỷ lệ mức độ 4"), _("Kế hoạch"), _("Đã đạt"), _("Tỷ lệ đã đạt"), _("Quá hạn")),
            *(_("Mức độ 4 theo kế hoạch"), _("Trên tổng số"), _("Tỷ lệ theo kế hoạch")),
            *(
                _("Mức độ 2 lên được"),
                _("Mức độ 2 không lên được"),
                _("Mức độ 3 lên được"),
                _("Mức độ 3 không lên được"),
            ),
        ],
    )
    for row in [*table.rows, table.total]:
        sheet.append(_unit(sheet, row, is_bold=row is table.total))


def _unit(sheet: Any, row: UnitRow, *, is_bold: bool) -> list[Any]:
    counts = [row.l1, row.l2, row.l3, row.l4, row.services]
    plan = [row.planned, row.done]
    by_plan = row.by_plan
    rising = [row.l2_can_rise, row.l2_blocked, row.l3_can_rise, row.l3_blocked]
    return [
        cell(sheet, row.name, is_bold=is_bold),
        *(cell(sheet, number, is_bold=is_bold) for number in counts),
        _share(sheet, row.now),
        *(cell(sheet, number, is_bold=is_bold) for number in plan),
        _share(sheet, row.carried_out),
        cell(sheet, row.late, is_bold=is_bold),
        *(cell(sheet, number, is_bold=is_bold) for number in (by_plan.part, by_plan.whole)),
        _share(sheet, by_plan),
        *(cell(sheet, number, is_bold=is_bold) for number in rising),
    ]


def _levels(sheet: Any, levels: LevelTable, table: RoadmapTable) -> None:
    title = _("Số dịch vụ, tính đến ngày %(day)s") % {"day": f"{table.on:%d/%m/%Y}"}
    sheet.append([cell(sheet, title, is_bold=True)])
    head(sheet, [_("Mức độ"), *levels.columns, _("Tổng cộng")])
    for row in levels.rows:
        values = [str(row.level.label), *row.counts, row.total]
        sheet.append([cell(sheet, value) for value in values])
    totals = [_("Tổng cộng"), *levels.totals, levels.total]
    sheet.append([cell(sheet, value, is_bold=True) for value in totals])


def _services(sheet: Any, services: Iterable[ServiceToRaise]) -> None:
    for column, width in {"A": 12, "B": 60, "C": 40, "F": 60}.items():
        sheet.column_dimensions[column].width = width
    head(
        sheet,
        [
            *(_("Mã thủ tục"), _("Thủ tục"), _("Cơ quan"), _("Mức độ"), _("Lên được mức độ 4")),
            *(_("Còn vướng"), _("Mức độ cần đạt"), _("Hạn"), _("Phụ trách"), _("Tiến độ (%)"), _("Tình trạng")),
        ],
    )
    for service in services:
        offering, plan = service.offering, service.plan
        row: list[Any] = [offering.procedure.code, offering.procedure.name, offering.agency.name, offering.level]
        row += [_("Có") if service.can_rise else _("Không"), "\n".join(str(one) for one in service.hindrances)]
        if plan is not None:
            row += [plan.target_level, plan.planned_on, plan.owner_unit]
            row += [selectors.progress_of(plan), str(plan.get_state_display())]
        sheet.append([cell(sheet, value) for value in row])


def _share(sheet: Any, share: Share) -> Any:
    made = cell(sheet, share.part / share.whole if share.whole else None)
    made.number_format = _PERCENT
    return made
