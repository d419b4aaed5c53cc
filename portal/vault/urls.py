"""Addresses of the vault: verification for anyone, the owner's papers, what somebody shared, and the API."""

from django.urls import path

from portal.vault.views import api, own, shared, sharing, verify

app_name = "vault"
urlpatterns = [
    path("xac-minh/", verify.ask, name="ask"),
    # Before the codes: no code is a word like this.
    path("xac-minh/tep/", verify.check_file, name="verify_file"),
    path("xac-minh/<str:code>/", verify.answer, name="verify"),
    path("api/xac-minh/tep/", api.check_file, name="api_file"),
    path("api/xac-minh/<str:code>/", api.verify, name="api_verify"),
    path("kho-giay-to/", own.papers, name="papers"),
    path("kho-giay-to/<uuid:public_id>/", own.paper, name="paper"),
    path("kho-giay-to/<uuid:public_id>/tep/", own.file, name="file"),
    path("kho-giay-to/<uuid:public_id>/nhat-ky/", own.log, name="log"),
    path("kho-giay-to/<uuid:public_id>/ban-sao/", own.make_copy, name="make_copy"),
    path("kho-giay-to/<uuid:public_id>/ban-sao/<uuid:copy_id>/", own.copy_file, name="copy_file"),
    path("kho-giay-to/<uuid:public_id>/chia-se/", sharing.shares, name="shares"),
    path("kho-giay-to/<uuid:public_id>/chia-se/<uuid:share_id>/thoi/", sharing.end, name="end_share"),
    path("giay-to-chia-se/<slug:token>/", shared.shared, name="shared"),
    path("giay-to-chia-se/<slug:token>/tep/", shared.shared_file, name="shared_file"),
]
