"""Addresses of the catalogue, under /thu-tuc/."""

from django.urls import path, register_converter

from procedures import address_views, history_views, preview_views, roadmap_views, views

app_name = "procedures"


class ProcedureCodeConverter:
    """The shape of a procedure code, for example 1.004194."""

    regex = r"[1-9]\.[0-9]{6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class OtherCodeConverter(ProcedureCodeConverter):
    """A code of another shape that may still mean a procedure: an old one, a local one (1.001193.000.00.00.H56)."""

    regex = r"[0-9A-Za-z][0-9A-Za-z._-]{2,39}"


register_converter(ProcedureCodeConverter, "procedure_code")
register_converter(OtherCodeConverter, "other_code")

urlpatterns = [
    path("", views.procedure_list, name="list"),
    path("lo-trinh/", roadmap_views.roadmap, name="roadmap"),
    path("lo-trinh/bang.xlsx", roadmap_views.roadmap_workbook, name="roadmap_workbook"),
    path("linh-vuc/", views.areas, name="areas"),
    path("co-quan/", views.agencies, name="agencies"),
    path("su-kien/", views.life_events, name="life_events"),
    path("su-kien/<slug:slug>/", views.life_event, name="life_event"),
    path("xa-phuong/", address_views.communes, name="communes"),
    path("<procedure_code:code>/", views.procedure_detail, name="detail"),
    path("<procedure_code:code>/to-khai.pdf", views.blank_declaration, name="blank_declaration"),
    path("<procedure_code:code>/bieu-mau/<int:template_id>/", views.download_form, name="form_template"),
    path("xem-thu/<int:revision_id>/", preview_views.page, name="preview"),
    path("xem-thu/<int:revision_id>/dien-thoai/", preview_views.phone, name="preview_phone"),
    path("xem-thu/<int:revision_id>/to-khai/<slug:section_key>/", preview_views.section, name="preview_section"),
    path("<procedure_code:code>/lich-su/", history_views.history, name="history"),
    path("<other_code:code>/", history_views.other_code, name="other_code"),
]
