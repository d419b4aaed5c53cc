"""A form that shows what a service refused beside the field it is about."""

from typing import Any

from django import forms

from portal.core.errors import PortalError


class Refusable(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)

    def take(self, error: PortalError) -> None:
        for name, sentence in error.fields.items():
            self.add_error(name if name in self.fields else None, str(sentence))
        if not error.fields:
            self.add_error(None, str(error.sentence))
