from django.urls import path

from dossiers.counter_views import done as intake_done
from dossiers.counter_views import draft as intake_draft
from dossiers.counter_views.person import intake
from dossiers.desk_views.act import act
from dossiers.desk_views.files import component_file, declaration_file, result_file, slip
from dossiers.desk_views.worklist import worklist
from dossiers.desk_views.workspace import workspace

app_name = "desk"
urlpatterns = [
    path("", worklist, name="worklist"),
    # Before the codes: no dossier's code is a word like these.
    path("tiep-nhan/", intake, name="intake"),
    path("tiep-nhan/<uuid:public_id>/", intake_draft.draft, name="intake_draft"),
    path("tiep-nhan/<uuid:public_id>/xong/", intake_done.done, name="intake_done"),
    path("tiep-nhan/<uuid:public_id>/xoa/", intake_draft.discard, name="intake_discard"),
    path("tiep-nhan/<uuid:public_id>/quy-dinh-moi/", intake_draft.renew, name="intake_renew"),
    path("tiep-nhan/<uuid:public_id>/tep/<int:file_id>/", intake_draft.file, name="intake_file"),
    path("tiep-nhan/<uuid:public_id>/tep/<int:file_id>/<slug:word>/", intake_draft.file_act, name="intake_file_act"),
    path(
        "tiep-nhan/<uuid:public_id>/to-khai/<uuid:document_id>/",
        intake_draft.declaration_file,
        name="intake_declaration_file",
    ),
    path("<str:code>/", workspace, name="workspace"),
    path("<str:code>/tep/<int:file_id>/", component_file, name="file"),
    path("<str:code>/to-khai/<uuid:document_id>/", declaration_file, name="declaration_file"),
    path("<str:code>/ket-qua/<int:result_id>/", result_file, name="result"),
    path("<str:code>/giay/<slug:word>/", slip, name="slip"),
    path("<str:code>/<slug:key>/", act, name="act"),
]
