from django.urls import path

from portal.notifications import views

app_name = "notifications"
urlpatterns = [
    path("thong-bao/", views.inbox, name="inbox"),
    path("thong-bao/da-doc/", views.read_all, name="read_all"),
    path("thong-bao/<int:notice_id>/", views.open_notice, name="open"),
    path("nhan-thong-bao/", views.choices, name="choices"),
]
