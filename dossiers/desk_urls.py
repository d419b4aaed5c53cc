from django.urls import path

from dossiers.desk_views.act import act
from dossiers.desk_views.bulk import confirm, perform, result
from dossiers.desk_views.exports import cancel, export, export_file, exports
from dossiers.desk_views.files import component_file, declaration_file, result_file, slip
from dossiers.desk_views.filters import change_saved_filter, filter_page, saved_filters
from dossiers.desk_views.worklist import search, worklist
from dossiers.desk_views.workspace import workspace

app_name = "desk"
urlpatterns = [
    path("", worklist, name="worklist"),
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
    path("<str:code>/", workspace, name="workspace"),
    path("<str:code>/tep/<int:file_id>/", component_file, name="file"),
    path("<str:code>/to-khai/<uuid:document_id>/", declaration_file, name="declaration_file"),
    path("<str:code>/ket-qua/<int:result_id>/", result_file, name="result"),
    path("<str:code>/giay/<slug:word>/", slip, name="slip"),
    path("<str:code>/<slug:key>/", act, name="act"),
]
