from django.urls import include, path

from dossiers.desk_views.act import act
from dossiers.desk_views.files import component_file, declaration_file, result_file, slip
from dossiers.desk_views.handoff_urls import HANDOFF_URLS
from dossiers.desk_views.worklist import worklist
from dossiers.desk_views.workspace import workspace

app_name = "desk"
urlpatterns = [
    path("", worklist, name="worklist"),
    # Before the codes of dossiers.
    path("phoi-hop/", include(HANDOFF_URLS)),
    path("<str:code>/", workspace, name="workspace"),
    path("<str:code>/tep/<int:file_id>/", component_file, name="file"),
    path("<str:code>/to-khai/<uuid:document_id>/", declaration_file, name="declaration_file"),
    path("<str:code>/ket-qua/<int:result_id>/", result_file, name="result"),
    path("<str:code>/giay/<slug:word>/", slip, name="slip"),
    path("<str:code>/<slug:key>/", act, name="act"),
]
