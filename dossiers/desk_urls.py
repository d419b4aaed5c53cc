from django.urls import path

from dossiers.desk_views.absence import absence, end_absence
from dossiers.desk_views.act import act
from dossiers.desk_views.files import component_file, declaration_file, result_file, slip
from dossiers.desk_views.together import claim, presence
from dossiers.desk_views.worklist import worklist
from dossiers.desk_views.workspace import workspace

app_name = "desk"
urlpatterns = [
    path("", worklist, name="worklist"),
    path("vang-mat/", absence, name="absence"),
    path("vang-mat/<int:delegation_id>/ket-thuc/", end_absence, name="end_absence"),
    path("<str:code>/", workspace, name="workspace"),
    path("<str:code>/tep/<int:file_id>/", component_file, name="file"),
    path("<str:code>/to-khai/<uuid:document_id>/", declaration_file, name="declaration_file"),
    path("<str:code>/ket-qua/<int:result_id>/", result_file, name="result"),
    path("<str:code>/giay/<slug:word>/", slip, name="slip"),
    path("<str:code>/cung-lam/", presence, name="presence"),
    path("<str:code>/cung-lam/nhan-viec/", claim, name="claim"),
    path("<str:code>/<slug:key>/", act, name="act"),
]
