"""Parts of forms that several apps have: refusals beside their fields, a form that counts once however often it is sent."""

from typing import Any
from uuid import UUID, uuid4

from django import forms

from portal.core.errors import PortalError


def put_beside_fields(form: forms.Form, refusal: PortalError) -> None:
    """A service's refusal goes beside the field it is about; what is about no field of this form, above them all."""
    if not refusal.fields:
        form.add_error(None, str(refusal.sentence))
    for name, sentence in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(sentence))


class SentOnceForm(forms.Form):
    """`token` makes a form that is sent twice one thing; a page without one sends anew each time."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid4

    def renew_token(self) -> None:
        """Shown again, it is another form: what it says now can be sent."""
        self.data = {**dict(self.data.items()), self.add_prefix("token"): uuid4()}

    def clean_token(self) -> UUID:
        token: UUID | None = self.cleaned_data["token"]
        return token or uuid4()
