"""Signing in again without leaving the page: allauth's own flow, with its lockout, as a part of a page for htmx.

A page that saves by itself opens it in a dialog when the session has ended. Without JavaScript the ordinary sign-in page
does the same job.
"""

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


class SignInAgain(LoginView):
    """The form as a fragment; a sign-in that succeeds ends in `done`."""

    template_name = "account/_sign_in_again.html"

    def get_success_url(self) -> str:
        return reverse("signed_in_again")

    def get_authenticated_redirect_url(self) -> str:
        # Signed in meanwhile in another window: nothing is left to do here.
        return reverse("signed_in_again")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        # The page behind the dialog has fields of its own: ids must not meet.
        context["form"].auto_id = "lai_%s"
        return context


sign_in_again = SignInAgain.as_view()


@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Tells the page whether somebody is signed in now."""
    answer = render(request, "account/_signed_in_again.html")
    if request.user.is_authenticated:
        answer["HX-Trigger"] = "signed-in-again"
    return answer
