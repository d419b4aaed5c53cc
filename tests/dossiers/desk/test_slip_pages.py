"""Papers on the workspace and the register's page: who may have what, through HTTP."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import transaction
from django.db.utils import InternalError
from django.test import Client

from dossiers import services
from dossiers.enums import SlipKind
from dossiers.models import Dossier, IssuedSlip, RegisterDownload
from portal.core import clock
from tests.dossiers.citizen.conftest import finish
from tests.dossiers.desk.conftest import SignIn
from tests.dossiers.test_transfers import administrator, prepare, run_to_the_end
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast
from tests.factories.slips import bytes_of

pytestmark = pytest.mark.reads_papers

ROLES = ("binh", "hoa", "dung", "khanh", "giang", "lan", "chi", "an")
# Lan is an officer elsewhere: the dossier does not exist for her. Chi and An are no officers.
READERS = (200, 200, 200, 200, 200, 404, 403, 403)


def status(client: Client, path: str) -> int:
    answer = client.get(path)
    finish(answer)
    return answer.status_code


def test_every_slip_is_read_by_the_officers_of_its_agencies_and_by_nobody_else_here(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_supplement_requested(cast)
    sheet = services.control_sheet(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    other = make.make_filed(cast)
    base = f"/mot-cua/{dossier.code}/phieu/"
    for role, expected in zip(ROLES, READERS, strict=True):
        client = as_(role)
        assert status(client, f"{base}{sheet.pk}/") == expected, role
        assert status(client, f"{base}yeu-cau-bo-sung/4/") == expected, role
        assert status(client, f"/mot-cua/{other.code}/phieu/{sheet.pk}/") in {404, 403}, role
    assert IssuedSlip.objects.filter(kind=SlipKind.SUPPLEMENT_REQUEST).count() == 1


@pytest.mark.parametrize("path", ["yeu-cau-bo-sung/3/", "yeu-cau-bo-sung/99/", "tu-choi-tiep-nhan/4/", "khac/4/", "1/"])
def test_what_is_no_slip_of_this_dossier_is_404(cast: Cast, as_: SignIn, path: str) -> None:
    dossier = make.make_supplement_requested(cast)
    assert status(as_("binh"), f"/mot-cua/{dossier.code}/phieu/{path}") == 404


def test_the_control_sheet_is_issued_by_a_button_and_only_for_officers(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_processing(cast)
    path = f"/mot-cua/{dossier.code}/phieu/kiem-soat/"
    for role, expected in zip(ROLES, READERS, strict=True):
        answer = as_(role).post(path)
        assert answer.status_code == (302 if expected == 200 else expected), role
    slip = IssuedSlip.objects.get()
    assert slip.kind == SlipKind.CONTROL_SHEET
    assert as_("binh").get(path).status_code == 405
    assert as_("binh").post(f"/mot-cua/{make.make_filed(cast).code}/phieu/kiem-soat/").status_code == 404


def test_the_workspace_lists_papers_from_the_first_moment_on(cast: Cast, as_: SignIn) -> None:
    dossier = services.refuse_intake(
        actor=cast.actor("binh"), dossier_id=make.make_filed(cast).pk, reason="Sai thẩm quyền"
    )
    client, path = as_("binh"), f"/mot-cua/{dossier.code}/"
    page = client.get(path).content.decode()
    assert f"{path}phieu/tu-choi-tiep-nhan/2/" in page
    assert "Lập phiếu kiểm soát quá trình (PDF)" not in page
    slip = services.slip_of_line(dossier_id=dossier.pk, kind=SlipKind.INTAKE_REFUSAL, sequence=2)
    page = client.get(path).content.decode()
    assert f"{path}phieu/{slip.pk}/" in page
    assert "tu-choi-tiep-nhan" not in page


REGISTER = "/mot-cua/so-theo-doi/"


def asked(cast: Cast, dossier: Dossier, kind: str, **changes: object) -> dict[str, object]:
    assert dossier.received_at is not None
    day = f"{clock.local(dossier.received_at):%d/%m/%Y}"
    return {"agency": cast.receiving.pk, "first_day": day, "last_day": day, "dang": kind, **changes}


@pytest.mark.parametrize(("role", "expected"), list(zip(ROLES, (200, 200, 200, 200, 200, 200, 403, 403), strict=True)))
def test_the_registers_page_opens_for_officers_and_offers_only_their_agencies(
    cast: Cast, as_: SignIn, role: str, expected: int
) -> None:
    answer = as_(role).get(REGISTER)
    assert answer.status_code == expected
    page = answer.content.decode()
    assert (f'value="{cast.receiving.pk}"' in page) == (role in {"binh", "giang"})
    assert ("Mẫu số 07, TT 03/2025/TT-VPCP" in page) == (expected == 200)


def test_the_sheet_comes_as_a_download_of_ones_own_agency(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_received(cast)
    answer = as_("binh").get(REGISTER, asked(cast, dossier, "xlsx"))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [row[1].value for row in sheet][1:] == [dossier.code]  # type: ignore[union-attr]


def test_the_paper_comes_as_a_pdf(cast: Cast, as_: SignIn) -> None:
    answer = as_("binh").get(REGISTER, asked(cast, make.make_received(cast), "pdf"))
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_who_takes_the_register_leaves_a_line_that_stays(cast: Cast, as_: SignIn, kind: str) -> None:
    client = as_("binh")
    asked = {"agency": cast.receiving.pk, "first_day": "01/04/2026", "last_day": "30/04/2026"}
    client.get(REGISTER)
    client.get(REGISTER, {**asked, "last_day": "01/04/2025", "dang": kind})
    assert not RegisterDownload.objects.exists()
    assert client.get(REGISTER, {**asked, "dang": kind}).status_code == 200
    line = RegisterDownload.objects.get()
    assert (line.agency, line.kind, line.user) == (cast.receiving, kind, cast.binh)
    assert (line.first_day, line.last_day) == (date(2026, 4, 1), date(2026, 4, 30))
    with pytest.raises(InternalError), transaction.atomic():
        line.delete()


def test_another_agencys_register_is_not_a_choice(cast: Cast, as_: SignIn) -> None:
    answer = as_("lan").get(REGISTER, asked(cast, make.make_received(cast), "xlsx"))
    assert answer.status_code == 422
    assert "Hãy chọn một cơ quan nơi bạn đang công tác." in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_day": "32/01/2026"}, "Ngày này không có trên lịch"),
        ({"last_day": ""}, "Hãy ghi ngày cuối của kỳ."),
        ({"first_day": "01/01/2020"}, "Mỗi tệp dài nhất 92 ngày. Hãy chọn kỳ ngắn hơn."),
        ({"last_day": "01/01/2020"}, "Ngày cuối phải từ ngày đầu trở đi."),
        ({"first_day": "31/12/9999", "last_day": "31/12/9999"}, "Năm phải từ 2000 đến 2100."),
        ({"first_day": "01/01/0001"}, "Năm phải từ 2000 đến 2100."),
    ],
)
def test_a_period_that_cannot_be_is_said_beside_its_field(
    cast: Cast, as_: SignIn, changes: dict[str, object], sentence: str
) -> None:
    answer = as_("binh").get(REGISTER, asked(cast, make.make_received(cast), "pdf", **changes))
    assert answer.status_code == 422
    # In the summary and beside each field that has it.
    assert answer.content.decode().count(sentence) == 2 * (2 if "9999" in str(changes) else 1)


def test_a_slip_is_printed_byte_for_byte_as_stored(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_processing(cast)
    slip = services.control_sheet(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    answer = as_("binh").get(f"/mot-cua/{dossier.code}/phieu/{slip.pk}/?tai=1")
    assert b"".join(answer) == bytes_of(slip)  # type: ignore[arg-type]
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_page_offers_the_register_of_an_agency_that_ended_with_its_last_day(cast: Cast, as_: SignIn) -> None:
    transfer = prepare(cast, closes_predecessor=True)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    page = as_("hoa").get(REGISTER).content.decode()
    last_day = clock.today() - timedelta(days=1)
    assert f'value="{cast.resolving.pk}">Sở Tư pháp (đến hết ngày {last_day:%d/%m/%Y})' in page
    assert f'value="{transfer.to_agency_id}" selected>Sở mới' in page
    assert f'value="{cast.resolving.pk}"' not in as_("lan").get(REGISTER).content.decode()
