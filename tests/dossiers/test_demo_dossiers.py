"""The demonstration has work on the desk, made by the services."""

from collections import Counter

import pytest
from django.core.management import call_command

from dossiers.models import Dossier, Handoff


@pytest.mark.django_db
@pytest.mark.slow
def test_the_demonstration_files_dossiers_once() -> None:
    call_command("load_demo", verbosity=0)
    assert Counter(Dossier.objects.values_list("state", flat=True)) == {
        "submitted": 3,
        "received": 1,
        "processing": 3,
        "payment_requested": 1,
        "supplement_requested": 1,
        "intake_refused": 1,
        "resolved": 5,
    }
    # One waits for the tax office, one for the department; nobody knows more of them than the plan names.
    assert sorted(Handoff.objects.values_list("to_agency__code", "state")) == [("H36.11", "sent"), ("H36.30", "sent")]
    company = Dossier.objects.get(organisation_name="Công ty TNHH Hoa Dã Quỳ")
    paper = company.results.get().paper
    assert paper is not None
    assert (paper.owner, paper.owner_organisation_id, paper.holder_id_number) == (
        None,
        company.organisation_id,
        "5801243155",
    )
    call_command("load_demo", verbosity=0)
    assert Dossier.objects.count() == 15
