"""Addresses of the catalogue, under /thu-tuc/."""

from django.urls import path, register_converter

from procedures import views

app_name = "procedures"


class ProcedureCodeConverter:
    """The shape of a procedure code, for example 1.004194."""

    regex = r"[1-9]\.[0-9]{6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ProcedureCodeConverter, "procedure_code")

urlpatterns = [
    path("", views.procedure_list, name="list"),
    path("linh-vuc/", views.areas, name="areas"),
    path("co-quan/", views.agencies, name="agencies"),
    path("su-kien/", views.life_events, name="life_events"),
    path("su-kien/<slug:slug>/", views.life_event, name="life_event"),
    path("<procedure_code:code>/", views.procedure_detail, name="detail"),
    path("<procedure_code:code>/bieu-mau/<int:template_id>/", views.download_form, name="form_template"),
]
