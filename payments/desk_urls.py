"""Addresses of officers' pages of money, mounted under /mot-cua/."""

from django.urls import path

from payments.desk_views import reconciliations, refunds, reviews, statements

app_name = "money"
urlpatterns = [
    path("hoan-tien/", refunds.refunds, name="refunds"),
    path("hoan-tien/<uuid:refund_id>/", refunds.refund, name="refund"),
    path("hoan-tien/<uuid:refund_id>/<slug:key>/", refunds.act, name="refund_act"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/", reviews.attempt, name="refund_attempt"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/de-nghi/", reviews.propose, name="refund_propose"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/co-tien/", reviews.vouch, name="refund_vouch"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/khong-co-tien/", reviews.find_unpaid, name="refund_find_unpaid"),
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
