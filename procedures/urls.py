"""Addresses of the catalogue, under /thu-tuc/."""

from django.urls import path, register_converter

from procedures import address_views, views

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
    path("xa-phuong/", address_views.communes, name="communes"),
    path("<procedure_code:code>/", views.procedure_detail, name="detail"),
    path("<procedure_code:code>/bieu-mau/<int:template_id>/", views.download_form, name="form_template"),
]
