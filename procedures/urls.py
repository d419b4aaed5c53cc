"""Addresses of the catalogue, under /thu-tuc/."""

from django.urls import path, register_converter

from procedures import preview_views, views

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
    path("<procedure_code:code>/", views.procedure_detail, name="detail"),
    path("<procedure_code:code>/bieu-mau/<int:template_id>/", views.download_form, name="form_template"),
    path("xem-thu/<int:revision_id>/", preview_views.page, name="preview"),
    path("xem-thu/<int:revision_id>/dien-thoai/", preview_views.phone, name="preview_phone"),
    path("xem-thu/<int:revision_id>/to-khai/<slug:section_key>/", preview_views.section, name="preview_section"),
]
