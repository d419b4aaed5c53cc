"""The signed-in person's own profile. Sign-in and its neighbours are django-allauth's views with our templates."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import selectors, services
from portal.accounts.forms import OrganisationForm, ProfileForm
from portal.accounts.models import User
from portal.core.errors import InvalidInput


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what declarations are prefilled with."""
    user = cast(User, request.user)  # login_required has seen to it
    form = ProfileForm.for_user(user, selectors.citizen_of(user.pk), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_citizen_profile(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
        except InvalidInput as error:
            form.take_errors(error)
        else:
            messages.success(request, _("Đã lưu hồ sơ của bạn."))
            return redirect("accounts:profile")
    return render(request, "account/profile.html", {"form": form})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations a person acts for; a post declares one more."""
    user = cast(User, request.user)  # login_required has seen to it
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.declare_organisation(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
        except InvalidInput as error:
            form.take_errors(error)
        else:
            messages.success(request, _("Đã ghi tổ chức bạn đại diện."))
            return redirect("accounts:organisations")
    context = {"form": form, "representations": list(selectors.representations_of(user.pk))}
    return render(request, "account/organisations.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def change_organisation(request: HttpRequest, representation_id: int) -> HttpResponse:
    """The buttons of one organisation: use it for prefilling, or act for it no longer."""
    actor = request.actor  # type: ignore[attr-defined]
    if "drop" in request.POST:
        services.drop_organisation(actor=actor, representation_id=representation_id)
        messages.success(request, _("Đã bỏ tổ chức khỏi hồ sơ của bạn."))
    else:
        services.prefill_from_organisation(actor=actor, representation_id=representation_id)
        messages.success(request, _("Từ nay tờ khai được điền sẵn bằng tổ chức này."))
    return redirect("accounts:organisations")
