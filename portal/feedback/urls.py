"""Addresses of feedback for everybody."""

from django.urls import path

from portal.feedback import views

app_name = "feedback"
urlpatterns = [
    path("", views.published, name="published"),
    path("gui/", views.send, name="send"),
    path("cua-toi/", views.own, name="own"),
    path("theo-doi/", views.follow, name="follow"),
    path("theo-doi/<uuid:public_id>/", views.followed, name="followed"),
    path("theo-doi/<uuid:public_id>/bo-sung/", views.supply, name="supply"),
    path("theo-doi/<uuid:public_id>/hai-long/", views.rate_answer, name="rate_answer"),
    path("theo-doi/<uuid:public_id>/tep/<int:file_id>/", views.file, name="file"),
    path("tra-loi/<str:number>/", views.published_one, name="published_one"),
]
