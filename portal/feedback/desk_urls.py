"""Addresses of feedback at the desk."""

from django.urls import path

from portal.feedback import desk_views as views

app_name = "feedback_desk"
urlpatterns = [
    path("phan-anh/", views.feedback_list, name="list"),
    path("phan-anh/<str:number>/", views.feedback, name="feedback"),
    path("phan-anh/<str:number>/tep/<int:file_id>/", views.file, name="file"),
    path("phan-anh/<str:number>/<slug:key>/", views.act, name="act"),
]
