"""Days that people type: which years they may have.

Python knows days up to the year 9999, but a day after that day, or that day in another time zone, overflows; and a year
that nobody can mean is a slip of the finger.
"""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

YEARS = range(2000, 2101)
"""Those of the work of this portal: receiving, promising, being away. A date of birth is none of them."""


def is_in_reach(day: date) -> bool:
    """May work be dated with it?"""
    return day.year in YEARS


class DayField(forms.DateField):
    """A day of the work: one out of reach is refused beside its field."""

    default_error_messages = {"year": _("Năm phải từ %(first)d đến %(last)d.")}

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not is_in_reach(day):
            bounds = {"first": YEARS[0], "last": YEARS[-1]}
            raise ValidationError(self.error_messages["year"], code="year", params=bounds)
        return day
