from django.urls import path

from portal.site import article_views, views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("huong-dan/", views.guides, name="guides"),
    path("huong-dan/<slug:slug>/", article_views.guide, name="guide"),
    path("thong-bao/", article_views.announcement_list, name="announcements"),
    path("thong-bao/atom.xml", article_views.AnnouncementFeed(), name="announcement_feed"),
    path("thong-bao/<slug:slug>/", article_views.announcement, name="announcement"),
    path("du-lieu-ca-nhan/", views.personal_data, name="personal_data"),
    path("ho-tro-nguoi-khuyet-tat/", views.accessibility, name="accessibility"),
    path("bat-dau/", views.after_sign_in, name="after_sign_in"),
    path("suc-khoe/", views.health, name="health"),
]
