"""A form that shows what a service refused beside the field it is about."""

from typing import Any

from django import forms

from portal.core.errors import PortalError
from portal.core.form_parts import put_beside_fields


class Refusable(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)

    def take(self, error: PortalError) -> None:
        put_beside_fields(self, error)
