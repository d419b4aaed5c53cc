from django.urls import path

from portal.accounts import views

app_name = "accounts"
urlpatterns = [
    path("ho-so-cua-toi/", views.profile, name="profile"),
]
