"""Addresses of the citizen's side."""

from django.urls import path

from dossiers.views import drafts, filed, listing, lookup, start, supplement

app_name = "dossiers"
urlpatterns = [
    path("ho-so/", listing.own_dossiers, name="list"),
    path("ho-so/nop/<str:code>/", start.start, name="start"),
    path("ho-so/nhap/<uuid:public_id>/", drafts.overview, name="draft"),
    path("ho-so/nhap/<uuid:public_id>/to-khai/<slug:section_key>/", drafts.section, name="draft_section"),
    path("ho-so/nhap/<uuid:public_id>/giay-to/", drafts.documents, name="draft_documents"),
    path("ho-so/nhap/<uuid:public_id>/giay-to/<int:component_id>/", drafts.attach, name="draft_attach"),
    path("ho-so/nhap/<uuid:public_id>/tep/<int:file_id>/", drafts.file, name="draft_file"),
    path("ho-so/nhap/<uuid:public_id>/tep/<int:file_id>/bo/", drafts.remove, name="draft_remove_file"),
    path("ho-so/nhap/<uuid:public_id>/nhan-ket-qua/", drafts.delivery, name="draft_delivery"),
    path("ho-so/nhap/<uuid:public_id>/kiem-tra/", drafts.review, name="draft_review"),
    path("ho-so/nhap/<uuid:public_id>/xoa/", drafts.discard, name="draft_discard"),
    path("ho-so/<str:code>/", filed.detail, name="detail"),
    path("ho-so/<str:code>/tep/<int:file_id>/", filed.file, name="file"),
    path("ho-so/<str:code>/giay-tiep-nhan/<str:occasion>/", filed.slip, name="slip"),
    path("ho-so/<str:code>/ket-qua/<int:result_id>/", filed.result, name="result"),
    path("ho-so/<str:code>/rut/", filed.withdraw, name="withdraw"),
    path("ho-so/<str:code>/bo-sung/", supplement.answer, name="supplement"),
    path("ho-so/<str:code>/bo-sung/<int:component_id>/", supplement.attach, name="supplement_attach"),
    path("ho-so/<str:code>/bo-sung/tep/<int:file_id>/bo/", supplement.remove, name="supplement_remove_file"),
    path("tra-cuu/", lookup.look_up, name="lookup"),
]
