"""Addresses of the citizen's side."""

from django.urls import path, register_converter

from dossiers.views import (
    autosave,
    declaration_files,
    draft_documents,
    drafts,
    filed,
    listing,
    lookup,
    messages,
    owed,
    papers,
    pieces,
    ratings,
    relief,
    renewal,
    returned,
    review,
    start,
    supplement,
    supplement_section,
)


class CodeConverter:
    """A procedure's or dossier's code as it stands in an address; anything else is 404 before the database is asked."""

    regex = "[0-9A-Za-z._-]{1,60}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "dossier_code")

app_name = "dossiers"
urlpatterns = [
    path("ho-so/", listing.own_dossiers, name="list"),
    path("ho-so/nop/<dossier_code:code>/", start.start, name="start"),
    path("ho-so/nhap/<uuid:public_id>/", drafts.overview, name="draft"),
    path("ho-so/nhap/<uuid:public_id>/to-khai/<slug:section_key>/", drafts.section, name="draft_section"),
    path("ho-so/nhap/<uuid:public_id>/tep-to-khai/<slug:field_key>/", declaration_files.upload, name="draft_upload"),
    path(
        "ho-so/nhap/<uuid:public_id>/to-khai/tep/<uuid:document_id>/",
        declaration_files.draft_file,
        name="draft_declaration_file",
    ),
    path("ho-so/nhap/<uuid:public_id>/to-khai/<slug:section_key>/luu/", autosave.save, name="draft_save"),
    path("ho-so/nhap/<uuid:public_id>/to-khai/<slug:section_key>/chon/", autosave.settle, name="draft_settle"),
    path("ho-so/nhap/<uuid:public_id>/giay-to/", draft_documents.documents, name="draft_documents"),
    path("ho-so/nhap/<uuid:public_id>/giay-to/<int:component_id>/", draft_documents.attach, name="draft_attach"),
    path(
        "ho-so/nhap/<uuid:public_id>/giay-to/<int:component_id>/dung-lai/",
        draft_documents.use_again,
        name="draft_use_again",
    ),
    path("ho-so/nhap/<uuid:public_id>/tep/<int:file_id>/", draft_documents.file, name="draft_file"),
    path("ho-so/nhap/<uuid:public_id>/tep/<int:file_id>/bo/", draft_documents.remove, name="draft_remove_file"),
    path("ho-so/nhap/<uuid:public_id>/tep/<int:file_id>/<slug:word>/", draft_documents.move, name="draft_move_file"),
    path("ho-so/nhap/<uuid:public_id>/giay-to/<int:component_id>/tai/", pieces.begin, name="draft_upload_begin"),
    path(
        "ho-so/nhap/<uuid:public_id>/giay-to/<int:component_id>/tai/<uuid:upload_id>/",
        pieces.piece,
        name="draft_upload",
    ),
    path(
        "ho-so/nhap/<uuid:public_id>/giay-to/<int:component_id>/tai/<uuid:upload_id>/xong/",
        pieces.finish,
        name="draft_upload_finish",
    ),
    path("ho-so/nhap/<uuid:public_id>/nop-cho/", drafts.filed_for, name="draft_filed_for"),
    path("ho-so/nhap/<uuid:public_id>/nhan-ket-qua/", drafts.delivery, name="draft_delivery"),
    path("ho-so/nhap/<uuid:public_id>/mien-giam/", relief.relief, name="draft_relief"),
    path("ho-so/nhap/<uuid:public_id>/mien-giam/giay-to/", relief.draft_proof, name="draft_relief_proof"),
    path("ho-so/nhap/<uuid:public_id>/kiem-tra/", review.review, name="draft_review"),
    path("ho-so/nhap/<uuid:public_id>/kiem-tra-thu/", review.try_out, name="draft_precheck"),
    path("ho-so/nhap/<uuid:public_id>/xoa/", drafts.discard, name="draft_discard"),
    path("ho-so/nhap/<uuid:public_id>/quy-dinh-moi/", renewal.renew, name="draft_renew"),
    path("ho-so/<dossier_code:code>/", filed.detail, name="detail"),
    path("ho-so/<dossier_code:code>/tin-nhan/", messages.conversation, name="messages"),
    path("ho-so/<dossier_code:code>/tin-nhan/tep/<int:file_id>/", messages.message_file, name="message_file"),
    path("ho-so/<dossier_code:code>/danh-gia/", ratings.rate, name="rate"),
    path("danh-gia/<str:token>/", ratings.rate_by_link, name="rate_by_link"),
    path("ho-so/<dossier_code:code>/tep/<int:file_id>/", filed.file, name="file"),
    path(
        "ho-so/<dossier_code:code>/to-khai/<uuid:document_id>/", declaration_files.filed_file, name="declaration_file"
    ),
    path("ho-so/<dossier_code:code>/giay-tiep-nhan/<slug:occasion>/", filed.slip, name="slip"),
    path("ho-so/<dossier_code:code>/phieu/<int:slip_id>/", papers.issued_slip, name="issued_slip"),
    path("ho-so/<dossier_code:code>/phieu/<slug:word>/<int:sequence>/", papers.slip_of_line, name="slip_of_line"),
    path("ho-so/<dossier_code:code>/ket-qua/<int:result_id>/", filed.result, name="result"),
    path("ho-so/<dossier_code:code>/mien-giam/<int:claim_id>/", relief.filed_proof, name="relief_proof"),
    path("ho-so/<dossier_code:code>/ma-nhan-ket-qua/", returned.collection_code, name="collection_code"),
    path("ho-so/<dossier_code:code>/rut/", filed.withdraw, name="withdraw"),
    path("ho-so/<dossier_code:code>/bo-sung/", supplement.answer, name="supplement"),
    path(
        "ho-so/<dossier_code:code>/bo-sung/to-khai/<slug:section_key>/",
        supplement_section.section,
        name="supplement_section",
    ),
    path(
        "ho-so/<dossier_code:code>/bo-sung/to-khai/<slug:section_key>/luu/",
        supplement_section.save,
        name="supplement_save",
    ),
    path(
        "ho-so/<dossier_code:code>/bo-sung/to-khai/<slug:section_key>/chon/",
        supplement_section.settle,
        name="supplement_settle",
    ),
    path("ho-so/<dossier_code:code>/bo-sung/<int:component_id>/", supplement.attach, name="supplement_attach"),
    path("ho-so/<dossier_code:code>/bo-sung/tep/<int:file_id>/bo/", supplement.remove, name="supplement_remove_file"),
    path(
        "ho-so/<dossier_code:code>/bo-sung/tep/<int:file_id>/<slug:word>/",
        supplement.move,
        name="supplement_move_file",
    ),
    path("ho-so/<dossier_code:code>/bo-sung/<int:component_id>/tai/", pieces.begin, name="supplement_upload_begin"),
    path(
        "ho-so/<dossier_code:code>/bo-sung/<int:component_id>/tai/<uuid:upload_id>/",
        pieces.piece,
        name="supplement_upload",
    ),
    path(
        "ho-so/<dossier_code:code>/bo-sung/<int:component_id>/tai/<uuid:upload_id>/xong/",
        pieces.finish,
        name="supplement_upload_finish",
    ),
    path("khoan-phai-nop/", owed.owed_charges, name="owed"),
    path("tra-cuu/", lookup.look_up, name="lookup"),
]
