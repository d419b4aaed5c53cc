"""allauth's pages under unaccented Vietnamese addresses; the names are allauth's own, so its redirects keep working."""

from allauth.account import views
from django.urls import path, re_path

from portal.accounts.sign_in_again import done, sign_in_again

urlpatterns = [
    path("dang-nhap/", views.login, name="account_login"),
    path("dang-nhap-lai/", sign_in_again, name="sign_in_again"),
    path("dang-nhap-lai/xong/", done, name="signed_in_again"),
    path("dang-xuat/", views.logout, name="account_logout"),
    path("tam-khoa/", views.account_inactive, name="account_inactive"),
    path("tao-tai-khoan/", views.signup, name="account_signup"),
    path("xac-nhan-lai/", views.reauthenticate, name="account_reauthenticate"),
    path("thu-dien-tu/", views.email, name="account_email"),
    path("xac-nhan-thu/", views.email_verification_sent, name="account_email_verification_sent"),
    path("doi-mat-khau/", views.password_change, name="account_change_password"),
    path("dat-mat-khau/", views.password_set, name="account_set_password"),
    path("quen-mat-khau/", views.password_reset, name="account_reset_password"),
    path("quen-mat-khau/da-gui/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^quen-mat-khau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("mat-khau-moi/xong/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
