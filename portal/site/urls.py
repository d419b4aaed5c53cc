from django.urls import path

from portal.site import views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("huong-dan/", views.guides, name="guides"),
    path("du-lieu-ca-nhan/", views.personal_data, name="personal_data"),
    path("ho-tro-nguoi-khuyet-tat/", views.accessibility, name="accessibility"),
    path("bat-dau/", views.after_sign_in, name="after_sign_in"),
    path("suc-khoe/", views.health, name="health"),
]
