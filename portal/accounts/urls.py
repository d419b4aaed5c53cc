from django.urls import path

from portal.accounts import views

app_name = "accounts"
urlpatterns = [
    path("ho-so-cua-toi/", views.profile, name="profile"),
    path("to-chuc/", views.organisations, name="organisations"),
    path("to-chuc/<int:representation_id>/", views.change_organisation, name="change_organisation"),
]
