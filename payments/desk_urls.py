"""Addresses of officers' pages of money, mounted under /mot-cua/."""

from django.urls import path

from payments.desk_views import refunds, reviews

app_name = "money"
urlpatterns = [
    path("hoan-tien/", refunds.refunds, name="refunds"),
    path("hoan-tien/<uuid:refund_id>/", refunds.refund, name="refund"),
    path("hoan-tien/<uuid:refund_id>/<slug:key>/", refunds.act, name="refund_act"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/", reviews.attempt, name="refund_attempt"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/de-nghi/", reviews.propose, name="refund_propose"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/co-tien/", reviews.vouch, name="refund_vouch"),
    path("hoan-tien/lan-nop/<uuid:attempt_id>/khong-co-tien/", reviews.find_unpaid, name="refund_find_unpaid"),
]
