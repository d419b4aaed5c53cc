"""How messages are worded: by kind, language and agency; with a preview on sample facts, versions, and a way back."""

from typing import Any
from urllib.parse import urlencode

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import Agency
from portal.core.actors import Actor, ActorKind
from portal.core.errors import InvalidInput, NotFound
from portal.core.journal_admin import ReadOnlyAdmin
from portal.notifications import selectors, services
from portal.notifications.enums import MessageGroup
from portal.notifications.errors import WordingChanged
from portal.notifications.kinds import MessageKind, kind_of, registered_kinds
from portal.notifications.models import MailWording
from portal.notifications.wording import EditedWording, Wording, mail_furniture

# A mail has its styles in itself; it is shown in a frame that may do nothing else.
_FRAME = csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF], "sandbox": [""]})


class ScopeForm(forms.Form):
    """Whose wording: an agency or the whole portal, in one language."""

    agency = forms.ModelChoiceField(
        label=gettext_lazy("Cơ quan"),
        queryset=Agency.objects.order_by("code"),
        required=False,
        empty_label=gettext_lazy("Cả cổng"),
    )
    language = forms.ChoiceField(label=gettext_lazy("Ngôn ngữ"), choices=settings.LANGUAGES, required=False)

    def chosen(self) -> tuple[int | None, str]:
        """What makes no sense is the whole portal, in Vietnamese."""
        self.full_clean()
        values = getattr(self, "cleaned_data", {})
        agency = values.get("agency")
        return (agency.pk if agency is not None else None), values.get("language") or settings.LANGUAGE_CODE


class WordingForm(forms.Form):
    """The text of one kind; what is wrong with it is said by `services.save_wording`."""

    subject = forms.CharField(label=gettext_lazy("Tiêu đề"), max_length=400, required=False)
    body = forms.CharField(
        label=gettext_lazy("Nội dung"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy(
            "Mỗi đoạn cách nhau một dòng trống. **chữ đậm**, [chữ](https://…) là liên kết. Lời chào và phần cuối thư được"
            " thêm sẵn. Đoạn có biến mà mọi biến đều trống thì tự bỏ."
        ),
    )
    button_label = forms.CharField(label=gettext_lazy("Chữ trên nút"), max_length=120, required=False)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    newer: MailWording | None = None
    """What somebody else saved meanwhile."""

    @property
    def text(self) -> EditedWording:
        values = self.cleaned_data
        return EditedWording(values["subject"], values["body"], values["button_label"])

    def take_errors(self, error: InvalidInput) -> None:
        for name, sentence in error.fields.items():
            self.add_error(name if name in self.fields else None, str(sentence))


@admin.register(MailWording)
class MailWordingAdmin(ReadOnlyAdmin):
    """The rows are versions and never change; the pages around them are for editing."""

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        return [
            path("sua/<path:kind>/", site.admin_view(self.edit), name="notifications_mailwording_edit"),
            path("xem/<path:kind>/", site.admin_view(self.preview), name="notifications_mailwording_preview"),
            path("ban/<int:version_id>/", site.admin_view(self.version), name="notifications_mailwording_version"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The rows themselves are read-only; the right means the pages that write new versions.
        return False

    def _may_edit(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("notifications.change_mailwording"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Every kind with what counts for the chosen agency and language; two queries."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        scope = _scope_of(request)
        agency_id, language = scope.chosen()
        own = selectors.edited_kinds(language, agency_id)
        inherited = selectors.wordings_for(language, agency_id)
        groups: dict[MessageGroup, list[dict[str, Any]]] = {}
        for kind in registered_kinds():
            if not kind.is_sent_in(language):
                continue
            version = own.get(kind.key)
            groups.setdefault(kind.group, []).append(
                {
                    "kind": kind,
                    "own": version if version is not None and not version.is_default else None,
                    "is_inherited": inherited.edited(kind.key) is not None,
                    "url": _edit_url(kind.key, agency_id, language) if kind.is_editable else "",
                }
            )
        return self._page(
            request,
            "notifications/admin/wording_list.html",
            _("Lời thư và thông báo"),
            scope=scope,
            groups=list(groups.items()),
        )

    def edit(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Show, save as a new version, or go back to what stands above; nothing typed is lost."""
        if not self._may_edit(request):
            raise PermissionDenied
        agency_id, language = _scope_of(request).chosen()
        known = _known(kind, language)
        form = WordingForm(request.POST)
        if request.method == "POST" and form.is_valid() and self._act(request, form, kind, language, agency_id):
            return redirect(_edit_url(kind, agency_id, language))
        versions = list(selectors.wording_versions(kind, language, agency_id)[:20])
        latest = versions[0].version if versions else 0
        if request.method != "POST":
            start = services.wording_to_edit(kind=kind, language=language, agency_id=agency_id)
            form = WordingForm(
                initial={
                    "subject": start.subject,
                    "body": start.body,
                    "button_label": start.button_label or str(known.button_label),
                    "seen_version": latest,
                }
            )
        agency = Agency.objects.filter(pk=agency_id).first() if agency_id is not None else None
        return self._page(
            request,
            "notifications/admin/wording_edit.html",
            str(known.label),
            form=form,
            kind=known,
            agency=agency,
            language=language,
            language_name=dict(settings.LANGUAGES)[language],
            variables=_variables(known, language),
            versions=versions,
            has_own=bool(versions) and not versions[0].is_default,
            latest=latest,
            preview_url=f"{reverse('admin:notifications_mailwording_preview', args=[kind])}?{_query(agency_id, language)}",
            status=422 if form.errors else 200,
        )

    def _act(
        self, request: HttpRequest, form: WordingForm, kind: str, language: str, agency_id: int | None
    ) -> MailWording | None:
        actor = Actor(ActorKind.ADMINISTRATOR, request.user.pk, str(request.user))
        common: dict[str, Any] = {"actor": actor, "kind": kind, "language": language, "agency_id": agency_id}
        seen_version = form.cleaned_data["seen_version"]
        try:
            if "reset" in request.POST:
                saved = services.reset_wording(**common, seen_version=seen_version)
                messages.success(request, _("Đã về mẫu gốc. Thư đã ghi trước đó giữ nguyên lời."))
            else:
                text = form.text
                saved = services.save_wording(
                    **common,
                    subject=text.subject,
                    body=text.body,
                    button_label=text.button_label,
                    seen_version=seen_version,
                )
                messages.success(
                    request,
                    _("Đã lưu bản %(number)s. Thư ghi từ bây giờ dùng bản này.") % {"number": saved.version},
                )
        except InvalidInput as error:
            form.take_errors(error)
            return None
        except WordingChanged as error:
            form.add_error(None, str(error.sentence))
            # Shown again beside the new version: whoever saves now has seen it.
            form.newer = selectors.wording_versions(kind, language, agency_id).first()
            form.data = {**dict(form.data.items()), "seen_version": form.newer.version if form.newer is not None else 0}
            return None
        return saved

    @method_decorator(_FRAME)
    def preview(self, request: HttpRequest, kind: str) -> HttpResponse:
        """What is in the form, on sample facts, for the frame beside it; without a form what counts now."""
        if not self._may_edit(request):
            raise PermissionDenied
        agency_id, language = _scope_of(request).chosen()
        known = _known(kind, language)
        text: EditedWording | None = selectors.wordings_for(language, agency_id, kinds=[kind]).edited(kind)
        if request.method == "POST":
            form = WordingForm(request.POST)
            if not form.is_valid():
                return _sentences([_("Có chỗ chưa đúng, hãy xem lại.")])
            text = form.text
        try:
            message = services.sample_message(kind=known.key, language=language, text=text)
        except InvalidInput as error:
            return _sentences([str(sentence) for sentence in error.fields.values()])
        return _shown(message, as_text="text" in request.POST)

    @method_decorator(_FRAME)
    def version(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """An earlier version on sample facts."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(MailWording, pk=version_id, is_default=False)
        text = EditedWording(row.subject, row.body, row.button_label)
        try:
            message = services.sample_message(kind=row.kind, language=row.language, text=text)
        except InvalidInput as error:
            # Its variables have changed since.
            return _sentences([str(sentence) for sentence in error.fields.values()])
        return _shown(message, as_text=False)

    def _page(
        self, request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any
    ) -> TemplateResponse:
        page = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}
        return TemplateResponse(request, template, page, status=status)


def _scope_of(request: HttpRequest) -> ScopeForm:
    return ScopeForm({"agency": request.GET.get("agency", ""), "language": request.GET.get("language", "")})


def _query(agency_id: int | None, language: str) -> str:
    return urlencode({"agency": agency_id or "", "language": language})


def _edit_url(kind: str, agency_id: int | None, language: str) -> str:
    return f"{reverse('admin:notifications_mailwording_edit', args=[kind])}?{_query(agency_id, language)}"


def _known(kind: str, language: str) -> MessageKind:
    known = kind_of(kind)
    if known is None or not known.is_editable or not known.is_sent_in(language):
        raise NotFound
    return known


def _variables(kind: MessageKind, language: str) -> list[dict[str, Any]]:
    """What may be used, with what stands there in the sample."""
    with translation.override(language):
        values = kind.values({**mail_furniture(language), **kind.sample()})
    return [
        {"code": f"{{{{{one.name}}}}}", "label": one.label, "sample": values[one.name], "is_required": one.is_required}
        for one in kind.variables
    ]


def _shown(message: Wording, *, as_text: bool) -> HttpResponse:
    if as_text:
        return HttpResponse(f"{message.subject}\n\n{message.text}", content_type="text/plain; charset=utf-8")
    return HttpResponse(message.html)


def _sentences(sentences: list[str]) -> HttpResponse:
    return HttpResponse("\n".join(sentences), content_type="text/plain; charset=utf-8", status=422)
