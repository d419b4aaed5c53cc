"""Pages of handoffs: the list, one handoff for its two sides, the panel, the form, the files, the citizen's lines."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.models import Dossier, Handoff
from dossiers.selectors import handoffs as handoff_selectors
from dossiers.services import Shared
from tests.dossiers.desk.conftest import queries_but_the_sessions
from tests.factories.dossiers import Cast, make_filed, make_processing, pdf_bytes, pdf_upload
from tests.factories.handoffs import Partners, make_handoff, tax_plan, vertical_plan

pytestmark = pytest.mark.django_db


def client_of(people: Cast | Partners, name: str) -> Client:
    client = Client()
    client.force_login(getattr(people, name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def status_of(client: Client, path: str) -> int:
    """Reads a file to its end, which closes it."""
    answer = client.get(path)
    if answer.streaming:
        assert b"".join(answer.streaming_content)  # type: ignore[arg-type]
    return answer.status_code


def path_of(handoff: Handoff) -> str:
    return f"/mot-cua/phoi-hop/{handoff.dossier.code}/{handoff.number}/"


def words(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\u00a0", " ")


def shared_handoff(cast: Cast, partners: Partners) -> Handoff:
    """The department sees the declaration and the identity paper."""
    dossier = make_processing(cast, fee=None)
    slot = dossier.components.get(required_document__kind="upload")
    return make_handoff(cast, partners, dossier, shared=Shared(sections=["person"], component_ids=[slot.pk]))


# --- the list ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_row_and_with_three(cast: Cast, partners: Partners, count: int) -> None:
    dossier = make_processing(cast, fee=None)
    for _n in range(count):
        make_handoff(cast, partners, dossier)
    client = client_of(partners, "thu")
    client.get("/mot-cua/phoi-hop/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/mot-cua/phoi-hop/").content.decode()
    assert page.count('<small class="code">') == count
    # Account, postings, agency under the portal's name, rows.
    assert queries_but_the_sessions(captured) == 4


def test_each_side_finds_it_in_its_own_list_and_the_most_urgent_first(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, fee=None)
    late = make_handoff(cast, partners, dossier, term_value=3)
    soon = make_handoff(cast, partners, dossier)

    def found(people: Cast | Partners, name: str, which: str) -> list[str]:
        page = client_of(people, name).get(f"/mot-cua/phoi-hop/?loc={which}").content.decode()
        return re.findall(r'<small class="code">([^<]+)</small>', page)

    both = [soon.code, late.code]
    assert found(partners, "thu", "can-tra-loi") == both
    assert found(cast, "hoa", "dang-cho") == both
    assert found(cast, "hoa", "can-tra-loi") == found(partners, "thu", "dang-cho") == []
    assert found(partners, "loan", "can-tra-loi") == []
    services.answer_handoff(actor=partners.actor("thu"), handoff_id=soon.pk, outcome="agreed", answer="")
    assert found(partners, "thu", "can-tra-loi") == [late.code]
    assert found(partners, "thu", "da-xong") == [soon.code]


def test_the_next_page_goes_on_after_the_last_row(
    cast: Cast, partners: Partners, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handoff_selectors, "PAGE_SIZE", 2)
    dossier = make_processing(cast, fee=None)
    made = [make_handoff(cast, partners, dossier).code for _n in range(5)]
    for which in ("can-tra-loi", "da-xong"):
        client, url, seen = client_of(partners, "thu"), f"/mot-cua/phoi-hop/?loc={which}", []
        while url:
            page = client.get(url).content.decode()
            seen.append(re.findall(r'<small class="code">([^<]+)</small>', page))
            found = re.search(r'<a href="([^"]+)" rel="next">', page)
            url = found[1].replace("&amp;", "&") if found else ""
        assert [len(codes) for codes in seen] == [2, 2, 1]
        assert sorted(code for codes in seen for code in codes) == sorted(made)
        for one in Handoff.objects.still_open():
            services.answer_handoff(actor=partners.actor("thu"), handoff_id=one.pk, outcome="agreed", answer="")


@pytest.mark.parametrize("query", ["loc=khong-co", "sau=abc", "sau=99999999999999999-1"])
def test_odd_input_is_no_error(partners: Partners, query: str) -> None:
    assert client_of(partners, "thu").get(f"/mot-cua/phoi-hop/?{query}").status_code == 200


def test_one_entry_of_the_desks_navigation_is_current(partners: Partners) -> None:
    page = client_of(partners, "thu").get("/mot-cua/phoi-hop/").content.decode()
    header = page[page.index("<header") : page.index("</header>")]
    assert re.findall(r'href="([^"]+)"[^>]* aria-current', header) == ["/mot-cua/phoi-hop/"]


# --- one handoff ------------------------------------------------------------------------------------------------------
def test_on_a_phone_the_list_still_says_who_asks_whom(cast: Cast, partners: Partners) -> None:
    """Narrow, the rows are blocks and the head of the table is out of sight: the cells carry its words."""
    make_handoff(cast, partners)
    page = client_of(partners, "thu").get("/mot-cua/phoi-hop/").content.decode()
    assert '<td role="cell" data-label="Cơ quan hỏi">Sở Tư pháp</td>' in page
    assert '<td role="cell" data-label="Cơ quan được hỏi">Sở Nội vụ</td>' in page
    # A block is no table to a screen reader unless it says so.
    assert re.findall(r'role="(table|row|rowheader)"', page) == ["table", "row", "row", "rowheader"]


def test_the_asked_officer_sees_the_question_and_what_was_shared(cast: Cast, partners: Partners) -> None:
    handoff = shared_handoff(cast, partners)
    text = words(client_of(partners, "thu").get(path_of(handoff)).content.decode())
    for shown in (
        "Ông bà có thuộc diện này không?",
        "Sở Tư pháp",
        "Nguyễn Thị An",
        "Bổ sung hồ sơ xin việc",
        "giay-to.pdf",
    ):
        assert shown in text
    for hidden in ("Mở hồ sơ", "Điện thoại"):
        assert hidden not in text


def test_what_was_not_ticked_is_not_on_the_page(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    Dossier.objects.filter(pk=handoff.dossier_id).update(applicant_phone="0900000001", applicant_email="bi@mat.vn")
    page = client_of(partners, "thu").get(path_of(handoff)).content.decode()
    for hidden in ("Bổ sung hồ sơ xin việc", "giay-to.pdf", "12/09/1996", "0900000001", "bi@mat.vn"):
        assert hidden not in page
    assert "Cơ quan hỏi không gửi kèm nội dung nào của hồ sơ." in page


def test_after_the_answer_the_asked_side_keeps_only_question_and_answer(cast: Cast, partners: Partners) -> None:
    handoff = shared_handoff(cast, partners)
    slot_file = handoff.shared_components.get().files.get()
    client = client_of(partners, "thu")
    assert status_of(client, f"{path_of(handoff)}tep/{slot_file.pk}/") == 200
    services.answer_handoff(
        actor=partners.actor("thu"),
        handoff_id=handoff.pk,
        outcome="opinion",
        answer="Thuộc diện",
        uploads=[pdf_upload()],
    )
    page = client.get(path_of(handoff)).content.decode()
    assert "Thuộc diện" in page
    assert "Bổ sung hồ sơ xin việc" not in page
    assert status_of(client, f"{path_of(handoff)}tep/{slot_file.pk}/") == 404
    file = handoff.files.get()
    assert status_of(client, f"{path_of(handoff)}tra-loi/{file.pk}/") == 200


def test_addresses_by_agency(cast: Cast, partners: Partners) -> None:
    handoff = shared_handoff(cast, partners)
    services.answer_handoff(
        actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="agreed", answer="", uploads=[pdf_upload()]
    )
    again = make_handoff(
        cast,
        partners,
        handoff.dossier,
        shared=Shared(component_ids=list(handoff.shared_components.values_list("pk", flat=True))),
    )
    slot_file, answer = again.shared_components.get().files.get(), handoff.files.get()
    people: list[tuple[Cast | Partners, str]] = [
        *[(cast, name) for name in ("an", "chi", "lan", "binh", "hoa")],
        *[(partners, name) for name in ("thu", "tam", "loan")],
    ]
    found = {
        name: tuple(
            status_of(client_of(whose, name), path)
            for path in (
                path_of(again),
                f"{path_of(again)}tep/{slot_file.pk}/",
                f"{path_of(handoff)}tra-loi/{answer.pk}/",
                f"/mot-cua/{handoff.dossier.code}/",
            )
        )
        for whose, name in people
    }
    assert found == {
        "an": (403, 403, 403, 403),
        "chi": (403, 403, 403, 403),
        "lan": (404, 404, 404, 404),
        # Those of the dossier read its files on the workspace.
        "binh": (200, 404, 200, 200),
        "hoa": (200, 404, 200, 200),
        "thu": (200, 200, 200, 404),
        "tam": (200, 200, 200, 404),
        "loan": (404, 404, 404, 404),
    }
    assert Client().get(path_of(again)).status_code == 302


def test_an_answer_that_was_shared_is_read_by_whom_it_was_shared_with_while_they_work(
    cast: Cast, partners: Partners
) -> None:
    first = make_handoff(cast, partners)
    services.answer_handoff(
        actor=partners.actor("thu"),
        handoff_id=first.pk,
        outcome="opinion",
        answer="Đủ điều kiện",
        uploads=[pdf_upload()],
    )
    blind = make_handoff(cast, partners, first.dossier, to_agency_id=partners.province.pk)
    seeing = make_handoff(
        cast, partners, first.dossier, to_agency_id=partners.tax.pk, shared=Shared(answer_ids=[first.pk])
    )
    address = f"{path_of(first)}tra-loi/{first.files.get().pk}/"
    assert "Đủ điều kiện" in client_of(partners, "loan").get(path_of(seeing)).content.decode()
    assert status_of(client_of(partners, "loan"), address) == 200
    assert "Đủ điều kiện" not in client_of(partners, "vinh").get(path_of(blind)).content.decode()
    assert status_of(client_of(partners, "vinh"), address) == 404
    services.answer_handoff(actor=partners.actor("loan"), handoff_id=seeing.pk, outcome="agreed", answer="")
    assert status_of(client_of(partners, "loan"), address) == 404


def test_receive_and_answer_with_files_from_the_page(cast: Cast, partners: Partners) -> None:
    handoff = shared_handoff(cast, partners)
    client = client_of(partners, "thu")
    answer = client.post(f"{path_of(handoff)}tiep-nhan/", {"seen_version": 1, "assignee": partners.thu.pk})
    assert (answer.status_code, answer["Location"]) == (302, path_of(handoff))
    files = [SimpleUploadedFile(name, pdf_bytes(name[0]), "application/pdf") for name in ("a.pdf", "b.pdf")]
    client.post(
        f"{path_of(handoff)}tra-loi/", {"seen_version": 2, "outcome": "opinion", "answer": "Được", "uploads": files}
    )
    handoff.refresh_from_db()
    assert (handoff.state, handoff.answer, handoff.files.count()) == ("answered", "Được", 2)


def test_a_refused_form_keeps_what_was_typed_and_names_the_field(cast: Cast, partners: Partners) -> None:
    handoff = shared_handoff(cast, partners)
    client = client_of(partners, "thu")
    answer = client.post(f"{path_of(handoff)}tra-loi/", {"seen_version": 1, "answer": "Tôi đã gõ"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chọn kết quả trả lời." in page
    assert "Tôi đã gõ" in page
    assert "<title>Lỗi:" in page
    odd = {"upload": SimpleUploadedFile("a.pdf", b"MZ not a pdf")}["upload"]
    answer = client.post(f"{path_of(handoff)}tra-loi/", {"seen_version": 1, "outcome": "agreed", "uploads": [odd]})
    assert answer.status_code == 422
    handoff.refresh_from_db()
    assert (handoff.state, handoff.files.count()) == ("sent", 0)


def test_too_late_is_a_409_that_gives_the_words_back(cast: Cast, partners: Partners) -> None:
    handoff = shared_handoff(cast, partners)
    services.recall_handoff(actor=cast.actor("hoa"), handoff_id=handoff.pk, reason="Hỏi nhầm")
    answer = client_of(partners, "thu").post(
        f"{path_of(handoff)}tra-loi/", {"seen_version": 1, "outcome": "opinion", "answer": "Công sức của tôi"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    for shown in ("Lê Thị Hòa đã làm trước", "Công sức của tôi", "Hỏi nhầm"):
        assert shown in page


def test_an_act_of_somebody_else_is_403_and_an_unknown_one_404(cast: Cast, partners: Partners) -> None:
    handoff = shared_handoff(cast, partners)
    assert client_of(partners, "thu").post(f"{path_of(handoff)}thu-hoi/", {"reason": "x"}).status_code == 403
    assert client_of(cast, "hoa").post(f"{path_of(handoff)}tra-loi/", {"answer": "x"}).status_code == 403
    assert client_of(partners, "thu").post(f"{path_of(handoff)}khac/", {}).status_code == 404
    assert client_of(partners, "thu").get(f"{path_of(handoff)}tra-loi/").status_code == 302
    handoff.refresh_from_db()
    assert handoff.state == "sent"


def test_amounts_are_typed_as_people_type_them(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=tax_plan(cast, partners))
    (handoff,) = services.open_planned_handoffs(dossier_id=dossier.pk)
    client = client_of(partners, "loan")
    form = {"seen_version": 1, "kind_1": "registration_duty", "amount_1": "7.500.000 đ", "kind_2": "income_tax"}
    refused = client.post(f"{path_of(handoff)}nghia-vu/", form)
    assert refused.status_code == 422
    assert "Ghi số tiền bằng chữ số" in refused.content.decode()
    # A slip of the finger is no other amount.
    slipped = client.post(f"{path_of(handoff)}nghia-vu/", {**form, "amount_2": "30.000.00"})
    assert (slipped.status_code, handoff.obligations.count()) == (422, 0)
    client.post(f"{path_of(handoff)}nghia-vu/", {**form, "amount_2": "30 000 000"})
    assert [one.amount for one in handoff.obligations.order_by("pk")] == [7_500_000, 30_000_000]
    dossier.refresh_from_db()
    assert dossier.state == "payment_requested"
    # A handoff that asks for no money offers no such form.
    other = make_handoff(cast, partners, make_processing(cast, fee=None))
    assert (
        'action="' + path_of(other) + 'nghia-vu/"'
        not in client_of(partners, "thu").get(path_of(other)).content.decode()
    )


# --- asking -----------------------------------------------------------------------------------------------------------
def test_the_workspace_tells_who_is_asked_and_offers_what_is_planned(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    client = client_of(cast, "hoa")
    text = words(client.get(f"/mot-cua/{dossier.code}/").content.decode())
    assert "Chưa hỏi cơ quan nào." in text
    assert "Sở Nội vụ : Thẩm định hồ sơ (2 ngày làm việc, bắt buộc có trả lời) Bước này tự chuyển" in text
    services.open_planned_handoffs(dossier_id=dossier.pk)
    page = client.get(f"/mot-cua/{dossier.code}/").content.decode()
    text = words(page)
    assert "Chờ Sở Nội vụ trả lời, đến" in text
    assert "?theo=so" not in page
    signer = words(client_of(cast, "dung").get(f"/mot-cua/{dossier.code}/").content.decode())
    assert "Còn chờ trả lời bắt buộc của Sở Nội vụ (hẹn trả lời" in signer


def test_a_refusal_shows_on_the_workspace_with_its_reason(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    services.refuse_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, reason="Sai thẩm quyền")
    text = words(client_of(cast, "hoa").get(f"/mot-cua/{handoff.dossier.code}/").content.decode())
    assert "Từ chối" in text
    assert "Lý do: Sai thẩm quyền" in text


@pytest.mark.parametrize("count", [1, 5])
def test_the_workspace_costs_the_same_with_one_handoff_and_with_five(
    cast: Cast, partners: Partners, count: int
) -> None:
    dossier = make_processing(cast, fee=None)
    for _n in range(count):
        one = make_handoff(cast, partners, dossier)
        services.answer_handoff(
            actor=partners.actor("thu"), handoff_id=one.pk, outcome="agreed", answer="", uploads=[pdf_upload()]
        )
    client = client_of(cast, "hoa")
    client.get(f"/mot-cua/{dossier.code}/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"/mot-cua/{dossier.code}/").content.decode()
    assert page.count("hỏi lúc") == count
    assert queries_but_the_sessions(captured) == 34


def test_ask_any_agency_from_the_page(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, fee=None)
    slot = dossier.components.get(required_document__kind="upload")
    client, address = client_of(cast, "hoa"), f"/mot-cua/phoi-hop/moi/{dossier.code}/"
    assert client.get(address).status_code == 200
    refused = client.post(address, {"seen_version": dossier.version, "question": "Hỏi"})
    assert refused.status_code == 422
    assert "Chọn cơ quan cần hỏi." in refused.content.decode()
    form = {
        "seen_version": dossier.version,
        "kind": "consultation",
        "to_agency": partners.department.pk,
        "question": "Hỏi",
        "term_value": "0,5",
        "term_unit": "working_day",
        "sections": ["person"],
        "components": [slot.pk],
    }
    answer = client.post(address, form)
    assert (answer.status_code, answer["Location"]) == (302, f"/mot-cua/{dossier.code}/")
    made = Handoff.objects.get()
    assert (made.to_agency, made.term_value, made.shared_sections) == (partners.department, 0.5, ["person"])
    assert list(made.shared_components.all()) == [slot]
    assert client.post(address, form).status_code == 409
    assert client_of(cast, "dung").get(address).status_code == 403
    assert status_of(client_of(partners, "thu"), address) == 404


def test_a_planned_one_comes_filled_in_and_is_passed_on_from_its_page(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    (first,) = services.open_planned_handoffs(dossier_id=dossier.pk)
    client = client_of(partners, "thu")
    assert f"{path_of(first)}chuyen-tiep/?theo=tinh" in client.get(path_of(first)).content.decode()
    page = client.get(f"{path_of(first)}chuyen-tiep/?theo=tinh").content.decode()
    assert "Ra quyết định</textarea>" in page
    assert re.search(r'<input type="checkbox" name="sections" value="person"[^>]* checked', page)
    client.post(
        f"{path_of(first)}chuyen-tiep/?theo=tinh",
        {"seen_version": first.version, "question": "Trình ký", "sections": ["person"]},
    )
    onward = Handoff.objects.get(via=first)
    assert (onward.to_agency, onward.question, onward.is_binding) == (partners.province, "Trình ký", True)
    assert "Ủy ban nhân dân tỉnh" in words(client.get(path_of(first)).content.decode())


# --- the citizen ------------------------------------------------------------------------------------------------------
def test_the_citizen_reads_one_line_a_handoff_and_no_internal_word(cast: Cast, partners: Partners) -> None:
    waiting = make_handoff(cast, partners)
    answered = make_handoff(cast, partners, waiting.dossier, to_agency_id=partners.tax.pk, question="Nội dung mật 1")
    recalled = make_handoff(cast, partners, waiting.dossier, to_agency_id=partners.province.pk)
    services.answer_handoff(actor=partners.actor("loan"), handoff_id=answered.pk, outcome="opinion", answer="Mật 2")
    services.recall_handoff(actor=cast.actor("hoa"), handoff_id=recalled.pk, reason="Mật 3")
    page = client_of(cast, "an").get(f"/ho-so/{waiting.dossier.code}/").content.decode()
    text = words(page)
    assert re.search(r"Đang lấy ý kiến Sở Nội vụ, đến ngày \d\d/\d\d/\d{4}\.", text)
    assert re.search(r"Thuế cơ sở 1 trả lời ngày \d\d/\d\d/\d{4}: có ý kiến\.", text)
    section = text[text.index("Cơ quan phối hợp") : text.index("Giấy tờ đã nộp")]
    assert "Ủy ban nhân dân tỉnh" not in section
    for hidden in ("Ông bà có thuộc diện", "Nội dung mật 1", "Mật 2", "Mật 3"):
        assert hidden not in page


def test_a_dossier_nobody_was_asked_about_shows_no_such_section(cast: Cast) -> None:
    dossier = make_filed(cast)
    assert "Cơ quan phối hợp" not in client_of(cast, "an").get(f"/ho-so/{dossier.code}/").content.decode()
