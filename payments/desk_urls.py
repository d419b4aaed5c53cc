"""Addresses of officers' pages of money, mounted under /mot-cua/."""

from django.urls import path

from payments.desk_views import (
    cashier,
    enquiries,
    home,
    ledger,
    receipts,
    reconciliations,
    refunds,
    reviews,
    shifts,
    statements,
)

app_name = "money"
urlpatterns = [
    path("thu-phi/", home.home, name="home"),
    path("thu-ngan/", cashier.desk, name="cashier"),
    path("thu-ngan/<uuid:charge_id>/", cashier.take, name="take"),
    path("thu-ngan/<uuid:charge_id>/bien-lai/", receipts.print_of_charge, name="print_receipt"),
    path("thu-ngan/ca/<int:shift_id>/", shifts.shift, name="shift"),
    path("thu-ngan/ca/<int:shift_id>/chot/", shifts.close, name="close_shift"),
    path("thu-ngan/ca/<int:shift_id>/pdf/", shifts.paper, name="shift_pdf"),
    path("ca-thu/", shifts.shifts, name="shifts"),
    path("bien-lai/", receipts.receipts, name="receipts"),
    path("bien-lai/<uuid:receipt_id>/", receipts.paper, name="receipt"),
    path("bien-lai/<uuid:receipt_id>/huy/", receipts.end, name="end_receipt"),
    path("so-thu/", ledger.ledger, name="ledger"),
    path("so-thu/xlsx/", ledger.spreadsheet, name="ledger_xlsx"),
    path("so-thu/<uuid:charge_id>/", ledger.charge, name="charge"),
    path("hoan-tien/", refunds.refunds, name="refunds"),
    path("hoan-tien/<uuid:refund_id>/", refunds.refund, name="refund"),
    path("hoan-tien/<uuid:refund_id>/<slug:key>/", refunds.act, name="refund_act"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/", reviews.attempt, name="refund_attempt"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/de-nghi/", reviews.propose, name="refund_propose"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/co-tien/", reviews.vouch, name="refund_vouch"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/khong-co-tien/", reviews.find_unpaid, name="refund_find_unpaid"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/hoi-cong/", enquiries.ask, name="ask_about_attempt"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/tinh-cho-khoan-thu/", reviews.accept, name="refund_accept"),
    path("sao-ke/", statements.statements, name="statements"),
    path("sao-ke/cho-xu-ly/", statements.lines_to_place, name="lines_to_place"),
    path("sao-ke/dong/<int:line_id>/", statements.line, name="statement_line"),
    path("sao-ke/dong/<int:line_id>/gan/", statements.assign, name="assign_line"),
    path("sao-ke/dong/<int:line_id>/de-rieng/", statements.set_aside, name="set_line_aside"),
    path("sao-ke/<int:statement_id>/", statements.statement, name="statement"),
    path("doi-chieu/", reconciliations.days, name="reconciliations"),
    path("doi-chieu/chenh-lech/<int:difference_id>/", reconciliations.answer, name="answer_difference"),
    path("doi-chieu/<slug:source>/<slug:day>/", reconciliations.day, name="reconciliation"),
]
