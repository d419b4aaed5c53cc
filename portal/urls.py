"""The portal's addresses, all unaccented Vietnamese."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("portal.site.urls")),
    path("ngon-ngu/", set_language, name="set_language"),
    path("tai-khoan/", include("portal.accounts.urls")),
    path("tai-khoan/", include("portal.accounts.sign_in_urls")),
    path("tai-khoan/", include("portal.notifications.urls")),
    path("thu-tuc/", include("procedures.urls")),
    path("", include("portal.vault.urls")),
    path("", include("dossiers.urls")),
    path("mot-cua/so-hoa/", include("portal.vault.digitisation_urls")),
    # Before the desk's own, whose last address takes any word for the code of a dossier.
    path("mot-cua/", include("portal.feedback.desk_urls")),
    path("mot-cua/", include("payments.desk_urls")),
    path("mot-cua/", include("portal.vault.desk_urls")),
    path("mot-cua/", include("dossiers.desk_urls")),
    path("phan-anh/", include("portal.feedback.urls")),
    path("thanh-toan/", include("payments.urls")),
    path("quan-tri/", admin.site.urls),
]
