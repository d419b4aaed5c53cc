from django.urls import include, path

from dossiers.counter_views import done as intake_done
from dossiers.counter_views import draft as intake_draft
from dossiers.counter_views import fees as intake_fees
from dossiers.counter_views.person import intake
from dossiers.desk_views import result_drafts
from dossiers.desk_views.absence import absence, end_absence
from dossiers.desk_views.act import act
from dossiers.desk_views.bulk import confirm, perform, result
from dossiers.desk_views.exports import cancel, export, export_file, exports
from dossiers.desk_views.files import component_file, declaration_file, relief_proof, result_file, signed_slip, slip
from dossiers.desk_views.filters import change_saved_filter, filter_page, saved_filters
from dossiers.desk_views.handoff_urls import HANDOFF_URLS
from dossiers.desk_views.late import acknowledge, late
from dossiers.desk_views.late_handoffs import acknowledge_handoff
from dossiers.desk_views.messages import conversation, conversations, message_file, settle
from dossiers.desk_views.ratings import kiosk, kiosk_done, results
from dossiers.desk_views.receipts import charge_receipt, receipt
from dossiers.desk_views.register import register
from dossiers.desk_views.reuse_report import reuse_report
from dossiers.desk_views.shared_papers import shared_paper
from dossiers.desk_views.slips import issue_control_sheet, issued_slip, slip_of_line
from dossiers.desk_views.supplement_pages import ask, propose
from dossiers.desk_views.together import claim, presence
from dossiers.desk_views.undo import undo
from dossiers.desk_views.unscanned import unscanned
from dossiers.desk_views.worklist import search, worklist
from dossiers.desk_views.workspace import workspace

app_name = "desk"
urlpatterns = [
    path("", worklist, name="worklist"),
    path("so-theo-doi/", register, name="register"),
    path("dung-lai-giay-to/", reuse_report, name="reuse_report"),
    path("phieu-chua-luu/", unscanned, name="unscanned"),
    path("nhac-viec/", late, name="late"),
    path("nhac-viec/<str:code>/da-biet/", acknowledge, name="acknowledge"),
    path("nhac-viec/<str:code>/<int:number>/da-biet/", acknowledge_handoff, name="acknowledge_handoff"),
    path("danh-sach/tim/", search, name="search"),
    path("danh-sach/loc/", filter_page, name="filter"),
    path("danh-sach/bo-loc/", saved_filters, name="saved_filters"),
    path("danh-sach/bo-loc/<int:filter_id>/", change_saved_filter, name="change_saved_filter"),
    path("danh-sach/hang-loat/", confirm, name="bulk_confirm"),
    path("danh-sach/hang-loat/<uuid:run_id>/", result, name="bulk_result"),
    path("danh-sach/hang-loat/<slug:key>/lam/", perform, name="bulk_perform"),
    path("danh-sach/xuat/", exports, name="exports"),
    path("danh-sach/xuat/<uuid:job_id>/", export, name="export"),
    path("danh-sach/xuat/<uuid:job_id>/huy/", cancel, name="cancel_export"),
    path("danh-sach/xuat/<uuid:job_id>/tep/", export_file, name="export_file"),
    path("vang-mat/", absence, name="absence"),
    path("vang-mat/<int:delegation_id>/ket-thuc/", end_absence, name="end_absence"),
    # Before the codes: no dossier's code is a word like these.
    path("tiep-nhan/", intake, name="intake"),
    path("tiep-nhan/<uuid:public_id>/", intake_draft.draft, name="intake_draft"),
    path("tiep-nhan/<uuid:public_id>/phi/", intake_fees.quote, name="intake_quote"),
    path("tiep-nhan/<uuid:public_id>/mien-giam/", intake_fees.proof, name="intake_relief_proof"),
    path("tiep-nhan/<uuid:public_id>/xong/", intake_done.done, name="intake_done"),
    path("tiep-nhan/<uuid:public_id>/xoa/", intake_draft.discard, name="intake_discard"),
    path("tiep-nhan/<uuid:public_id>/quy-dinh-moi/", intake_draft.renew, name="intake_renew"),
    path(
        "tiep-nhan/<uuid:public_id>/giay-to/<int:component_id>/dung-lai/",
        intake_draft.use_again,
        name="intake_use_again",
    ),
    path("tiep-nhan/<uuid:public_id>/tep/<int:file_id>/", intake_draft.file, name="intake_file"),
    path("tiep-nhan/<uuid:public_id>/tep/<int:file_id>/<slug:word>/", intake_draft.file_act, name="intake_file_act"),
    path(
        "tiep-nhan/<uuid:public_id>/to-khai/<uuid:document_id>/",
        intake_draft.declaration_file,
        name="intake_declaration_file",
    ),
    # Before the codes of dossiers.
    path("phoi-hop/", include(HANDOFF_URLS)),
    path("tin-nhan/", conversations, name="conversations"),
    path("tin-nhan/<str:code>/", conversation, name="conversation"),
    path("tin-nhan/<str:code>/khong-cho-nua/", settle, name="settle_messages"),
    path("tin-nhan/<str:code>/tep/<int:file_id>/", message_file, name="message_file"),
    path("hai-long/", results, name="ratings"),
    path("hai-long/cam-on/", kiosk_done, name="rating_done"),
    path("hai-long/<str:code>/", kiosk, name="rating_kiosk"),
    path("<str:code>/", workspace, name="workspace"),
    path("<str:code>/tep/<int:file_id>/", component_file, name="file"),
    path("<str:code>/to-khai/<uuid:document_id>/", declaration_file, name="declaration_file"),
    path("<str:code>/mien-giam/<int:claim_id>/", relief_proof, name="relief_proof"),
    path("<str:code>/khoan-thu/<uuid:charge_id>/bien-lai/", charge_receipt, name="charge_receipt"),
    path("<str:code>/bien-lai/<uuid:receipt_id>/", receipt, name="receipt"),
    path("<str:code>/ket-qua/<int:result_id>/", result_file, name="result"),
    path("<str:code>/giay/<slug:word>/", slip, name="slip"),
    path("<str:code>/giay-to-chia-se/<uuid:share_id>/", shared_paper, name="shared_paper"),
    path("<str:code>/du-thao/", result_drafts.page, name="result_draft"),
    path("<str:code>/du-thao/ky/", result_drafts.sign, name="sign_result"),
    path("<str:code>/du-thao/<int:draft_id>/", result_drafts.document, name="result_draft_document"),
    path("<str:code>/phieu-da-ky/<int:hand_over_id>/", signed_slip, name="signed_slip"),
    path("<str:code>/hoan-tac/", undo, name="undo"),
    path("<str:code>/yeu-cau-bo-sung/", ask, name="supplement_ask"),
    path("<str:code>/de-nghi-bo-sung-them/", propose, name="supplement_propose"),
    path("<str:code>/phieu/kiem-soat/", issue_control_sheet, name="control_sheet"),
    path("<str:code>/phieu/<int:slip_id>/", issued_slip, name="issued_slip"),
    path("<str:code>/phieu/<slug:word>/<int:sequence>/", slip_of_line, name="slip_of_line"),
    path("<str:code>/cung-lam/", presence, name="presence"),
    path("<str:code>/cung-lam/nhan-viec/", claim, name="claim"),
    path("<str:code>/<slug:key>/", act, name="act"),
]
