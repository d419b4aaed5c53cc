"""Addresses of payments, mounted under /thanh-toan/."""

from django.urls import path

from payments import views

app_name = "payments"
urlpatterns = [
    path("vnpay/ket-qua/", views.vnpay_return, name="vnpay_return"),
    path("vnpay/ipn/", views.vnpay_notification, name="vnpay_notification"),
    path("<uuid:charge_id>/", views.charge, name="charge"),
    path("<uuid:charge_id>/bien-lai/<uuid:receipt_id>/", views.receipt, name="receipt"),
]
