"""Pages that belong to no app: home, guides, statements, health, and where a sign-in leads."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core.actors import Actor
from portal.site import selectors
from portal.site.figures import public_figures
from portal.site.health import run_checks
from procedures import selectors as catalogue_selectors
from procedures import services as catalogue
from procedures.enums import LevelAction, ServiceLevel


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search first, then life events, then status lookup, then what the portal achieved."""
    return render(
        request,
        "site/home.html",
        {
            "catalogue": catalogue_selectors.home_page(),
            "announcements": selectors.newest_announcements(),
            "figures": public_figures(),
        },
    )


@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """How to file, step by step, and what each service level allows."""
    rows = [
        {"label": action.label, "answers": [catalogue.allows(level, action) for level in ServiceLevel]}
        for action in LevelAction
    ]
    context = {"levels": list(ServiceLevel), "level_table": rows, "guides": selectors.guides()}
    return render(request, "site/guides.html", context)


@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """Which personal data the portal keeps, what for, who sees it."""
    return render(request, "site/personal_data.html", {"session_hours": settings.SESSION_COOKIE_AGE // 3600})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was built for people with disabilities, and how to get help."""
    return render(request, "site/accessibility.html")


@never_cache
@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Everybody starts where their work is: officers at the desk, administrators in admin, citizens at home."""
    if not request.user.is_authenticated:
        return redirect("site:home")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_officer:
        return redirect("desk:worklist")
    if request.user.is_staff:
        return redirect("admin:index")
    return redirect("dossiers:list")


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when database and cache answer, else 503; names of checks and ok/failed, nothing more."""
    checks = run_checks()
    is_healthy = all(checks.values())
    body = {
        "status": "ok" if is_healthy else "failed",
        "checks": {name: "ok" if passed else "failed" for name, passed in checks.items()},
    }
    return JsonResponse(body, status=200 if is_healthy else 503)
