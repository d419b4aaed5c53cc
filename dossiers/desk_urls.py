from django.urls import path

from dossiers.desk_views.act import act
from dossiers.desk_views.files import component_file, declaration_file, result_file, slip
from dossiers.desk_views.supplement_pages import ask, propose
from dossiers.desk_views.undo import undo
from dossiers.desk_views.worklist import worklist
from dossiers.desk_views.workspace import workspace

app_name = "desk"
urlpatterns = [
    path("", worklist, name="worklist"),
    path("<str:code>/", workspace, name="workspace"),
    path("<str:code>/tep/<int:file_id>/", component_file, name="file"),
    path("<str:code>/to-khai/<uuid:document_id>/", declaration_file, name="declaration_file"),
    path("<str:code>/ket-qua/<int:result_id>/", result_file, name="result"),
    path("<str:code>/giay/<slug:word>/", slip, name="slip"),
    path("<str:code>/hoan-tac/", undo, name="undo"),
    path("<str:code>/yeu-cau-bo-sung/", ask, name="supplement_ask"),
    path("<str:code>/de-nghi-bo-sung-them/", propose, name="supplement_propose"),
    path("<str:code>/<slug:key>/", act, name="act"),
]
