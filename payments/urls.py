"""Addresses of payments, mounted under /thanh-toan/."""

from django.urls import path

from payments import national_views, views

app_name = "payments"
urlpatterns = [
    path("vnpay/ket-qua/", views.vnpay_return, name="vnpay_return"),
    path("vnpay/ipn/", views.vnpay_notification, name="vnpay_notification"),
    path("nen-tang-quoc-gia/ket-qua/", national_views.national_return, name="national_return"),
    path("nen-tang-quoc-gia/thong-bao/", national_views.national_notification, name="national_notification"),
    path("<uuid:charge_id>/bien-lai-cong/", national_views.provider_bill, name="provider_bill"),
    path("<uuid:charge_id>/", views.charge, name="charge"),
    path("<uuid:charge_id>/hoan-tien/<uuid:refund_id>/", views.refund_account, name="refund_account"),
    path("<uuid:charge_id>/bien-lai/<uuid:receipt_id>/", views.receipt, name="receipt"),
]
