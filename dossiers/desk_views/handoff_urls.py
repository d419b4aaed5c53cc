"""Addresses of handoffs, below the desk's."""

from django.urls import path

from dossiers.desk_views import handoff_opening as opening
from dossiers.desk_views import handoff_page as page
from dossiers.desk_views import messages

HANDOFF_URLS = [
    path("", page.handoff_list, name="handoffs"),
    path("moi/<str:code>/", opening.open_from_dossier, name="open_handoff"),
    path("<str:code>/<int:number>/", page.handoff, name="handoff"),
    path("<str:code>/<int:number>/chuyen-tiep/", opening.open_onward, name="forward_handoff"),
    path("<str:code>/<int:number>/tep/<int:file_id>/", page.handoff_shared_file, name="handoff_file"),
    path("<str:code>/<int:number>/to-khai/<uuid:document_id>/", page.handoff_declared_file, name="handoff_declared"),
    path("<str:code>/<int:number>/tra-loi/<int:file_id>/", page.handoff_answer_file, name="handoff_answer"),
    path("<str:code>/<int:number>/tin-nhan/", messages.handoff_conversation, name="handoff_messages"),
    path(
        "<str:code>/<int:number>/tin-nhan/tep/<int:file_id>/",
        messages.handoff_message_file,
        name="handoff_message_file",
    ),
    path("<str:code>/<int:number>/<slug:key>/", page.handoff_act, name="handoff_act"),
]
