"""Papers on the citizen's page: their own, never the control sheet."""

import pytest
from django.test import Client

from dossiers import services
from dossiers.models import Dossier, IssuedSlip
from tests.dossiers.citizen.conftest import SignIn, finish
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast


def refused(cast: Cast) -> tuple[Dossier, str]:
    dossier = make.make_filed(cast)
    services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Sai thẩm quyền")
    return dossier, "tu-choi-tiep-nhan/2/"


def asked_for_more(cast: Cast) -> tuple[Dossier, str]:
    return make.make_supplement_requested(cast), "yeu-cau-bo-sung/4/"


def stopped(cast: Cast) -> tuple[Dossier, str]:
    dossier = make.make_processing(cast)
    services.stop(actor=cast.actor("dung"), dossier_id=dossier.pk, reason="Theo luật")
    return dossier, "dung-giai-quyet/4/"


def status(client: Client, path: str) -> int:
    answer = client.get(path)
    finish(answer)
    return answer.status_code


@pytest.mark.parametrize("made", [refused, asked_for_more, stopped])
def test_a_paper_is_there_before_the_worker_came_and_for_its_citizen_alone(cast: Cast, as_: SignIn, made) -> None:  # type: ignore[no-untyped-def]
    dossier, word = made(cast)
    path = f"/ho-so/{dossier.code}/phieu/"
    assert path + word in as_("an").get(f"/ho-so/{dossier.code}/").content.decode()
    for other in ("chi", "binh", "hoa", "lan"):
        assert status(as_(other), path + word) == 404, other
    assert not IssuedSlip.objects.exists()
    assert status(as_("an"), path + word) == 200
    slip = IssuedSlip.objects.get()
    page = as_("an").get(f"/ho-so/{dossier.code}/").content.decode()
    assert f"{path}{slip.pk}/" in page
    assert path + word not in page
    assert status(as_("an"), f"{path}{slip.pk}/") == 200
    assert status(as_("chi"), f"{path}{slip.pk}/") == 404


def test_the_control_sheet_is_not_for_the_citizen(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_processing(cast)
    sheet = services.control_sheet(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    assert status(as_("an"), f"/ho-so/{dossier.code}/phieu/{sheet.pk}/") == 404
    assert "Phiếu kiểm soát" not in as_("an").get(f"/ho-so/{dossier.code}/").content.decode()


@pytest.mark.parametrize("path", ["yeu-cau-bo-sung/2/", "tu-choi-tiep-nhan/1/", "khac/2/", "1/"])
def test_what_is_no_paper_of_this_dossier_is_404(cast: Cast, as_: SignIn, path: str) -> None:
    dossier, _word = refused(cast)
    assert status(as_("an"), f"/ho-so/{dossier.code}/phieu/{path}") == 404
