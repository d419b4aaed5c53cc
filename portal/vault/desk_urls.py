"""Addresses of officers' pages of papers, mounted under /mot-cua/."""

from django.urls import path

from portal.vault.desk_views import ending, papers

app_name = "vault_desk"
urlpatterns = [
    path("giay-to/", papers.find, name="find"),
    path("giay-to/<uuid:public_id>/", papers.paper, name="paper"),
    path("giay-to/<uuid:public_id>/tep/", papers.file, name="file"),
    path("giay-to/<uuid:public_id>/thu-hoi/", ending.revoke, name="revoke"),
    path("giay-to/<uuid:public_id>/thay-the/", ending.replace, name="replace"),
]
