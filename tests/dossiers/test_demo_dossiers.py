"""The demonstration has work on the desk, made by the services."""

from collections import Counter

import pytest
from django.core.management import call_command

from dossiers.models import Dossier


@pytest.mark.django_db
@pytest.mark.slow
def test_the_demonstration_files_dossiers_once() -> None:
    call_command("load_demo", verbosity=0)
    assert Counter(Dossier.objects.values_list("state", flat=True)) == {
        "submitted": 3,
        "received": 1,
        "processing": 1,
        "payment_requested": 1,
        "supplement_requested": 1,
        "intake_refused": 1,
        "resolved": 3,
    }
    call_command("load_demo", verbosity=0)
    assert Dossier.objects.count() == 11
