"""Kinds of papers begin as the results of the catalogue, and wait for an administrator."""

import io

import pytest
from django.core.management import call_command

from portal.accounts.enums import OfficerRole
from portal.core.errors import NotPermitted
from portal.vault.models import PaperKind
from procedures import services
from procedures.models import ProcedureRevision, ResultKind
from tests.factories.accounts import AgencyFactory, officer_actor
from tests.factories.procedures import ADMINISTRATOR, ProcedureRevisionFactory, in_force
from tests.factories.vault import PaperKindFactory

pytestmark = pytest.mark.django_db


def resulting_in(*results: tuple[str, str], is_in_force: bool = True) -> ProcedureRevision:
    revision = ProcedureRevisionFactory.create()
    for code, name in results:
        ResultKind.objects.create(revision=revision, code=code, name=name)
    if is_in_force:
        in_force(revision)
    return revision


def test_a_result_becomes_a_kind_that_waits_for_an_administrator() -> None:
    resulting_in(("KQ.G15.000031", "Giấy  khai sinh\n"))
    assert services.begin_paper_kinds(actor=ADMINISTRATOR) == ["KQ.G15.000031"]
    kind = PaperKind.objects.get()
    assert (kind.name, kind.is_reusable, kind.months_valid, kind.public_keys) == ("Giấy khai sinh", False, None, [])


def test_results_with_one_code_are_one_kind_by_the_shortest_name() -> None:
    resulting_in(("KQ.G01.000064", "Thông báo kết quả; nơi tạm trú được ghi vào cơ sở dữ liệu"))
    resulting_in(("KQ.G01.000064", "Thông báo kết quả"))
    services.begin_paper_kinds(actor=ADMINISTRATOR)
    assert [kind.name for kind in PaperKind.objects.all()] == ["Thông báo kết quả"]


def test_a_kind_that_is_there_stays_and_a_second_run_begins_nothing() -> None:
    PaperKindFactory(code="KQ.G15.000031", name="Tên đã sửa", is_reusable=True)
    resulting_in(("KQ.G15.000031", "Giấy khai sinh"), ("KQ.G15.000032", "Giấy chứng nhận kết hôn"))
    assert services.begin_paper_kinds(actor=ADMINISTRATOR) == ["KQ.G15.000032"]
    before = list(PaperKind.objects.order_by("code").values())
    assert services.begin_paper_kinds(actor=ADMINISTRATOR) == []
    assert list(PaperKind.objects.order_by("code").values()) == before
    assert (before[0]["name"], before[0]["is_reusable"]) == ("Tên đã sửa", True)


def test_results_without_a_code_or_not_in_force_begin_nothing() -> None:
    resulting_in(("", "Văn bản trả lời"))
    resulting_in(("KQ.G15.000031", "Giấy khai sinh"), is_in_force=False)
    assert services.begin_paper_kinds(actor=ADMINISTRATOR) == []
    assert not PaperKind.objects.exists()


def test_a_long_name_is_cut_to_what_the_vault_keeps() -> None:
    resulting_in(("KQ.G15.000031", "Giấy " * 100))
    services.begin_paper_kinds(actor=ADMINISTRATOR)
    assert len(PaperKind.objects.get().name) == 255


def test_an_officer_begins_no_kinds() -> None:
    resulting_in(("KQ.G15.000031", "Giấy khai sinh"))
    with pytest.raises(NotPermitted):
        services.begin_paper_kinds(actor=officer_actor(AgencyFactory(), OfficerRole.AGENCY_HEAD))
    assert not PaperKind.objects.exists()


def test_the_command_says_how_many_began() -> None:
    resulting_in(("KQ.G15.000031", "Giấy khai sinh"), ("KQ.G15.000032", "Giấy chứng nhận kết hôn"))
    said = []
    for _run in range(2):
        out = io.StringIO()
        call_command("begin_paper_kinds", stdout=out)
        said.append(out.getvalue().strip())
    assert said == ["Loại giấy tờ: thêm 2.", "Loại giấy tờ: thêm 0."]
