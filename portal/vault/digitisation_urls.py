"""Addresses of the digitisation of old results, mounted under /mot-cua/so-hoa/."""

from django.urls import path

from portal.vault.desk_views import digitisation, report, runs

app_name = "digitisation"
urlpatterns = [
    path("", digitisation.overview, name="overview"),
    path("mot/", digitisation.one, name="one"),
    path("bang-mau/", digitisation.template, name="template"),
    path("bao-cao/", report.report, name="report"),
    path("dot/", runs.begin, name="begin"),
    path("dot/<uuid:run_id>/", runs.run, name="run"),
    path("dot/<uuid:run_id>/gui/", runs.bring, name="bring"),
    path("dot/<uuid:run_id>/loi/", runs.errors, name="errors"),
    path("dot/<uuid:run_id>/<slug:word>/", runs.act, name="act"),
]
