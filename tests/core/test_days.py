"""Days that people type: the years of the work, and nothing that overflows a calendar."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portal.core.days import DayField, is_in_reach

FIELD = DayField(input_formats=["%d/%m/%Y"])


@pytest.mark.parametrize(("typed", "day"), [("01/01/2000", date(2000, 1, 1)), ("31/12/2100", date(2100, 12, 31))])
def test_the_first_and_the_last_day_are_in_reach(typed: str, day: date) -> None:
    assert FIELD.clean(typed) == day
    assert is_in_reach(day)


@pytest.mark.parametrize("typed", ["31/12/1999", "01/01/2101", "31/12/9999", "01/01/0001"])
def test_a_year_out_of_reach_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        FIELD.clean(typed)
    assert caught.value.messages == ["Năm phải từ 2000 đến 2100."]


def test_what_is_no_day_and_no_answer_stay_what_they_were() -> None:
    with pytest.raises(ValidationError) as caught:
        FIELD.clean("30/02/2026")
    assert caught.value.code == "invalid"
    assert DayField(required=False).clean("") is None
