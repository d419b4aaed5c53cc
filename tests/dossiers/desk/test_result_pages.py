"""Screens of drafting, signing and giving out a result, through HTTP."""

from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from dossiers import services
from dossiers.models import CollectionCode, Dossier, PostalItem, ResultDraft, ResultHandOver
from dossiers.selectors import returns
from dossiers.services.slip_forms.hand_over import hand_over_facts
from portal.accounts.models import Agency
from procedures.models import ProcedureRevision
from tests.dossiers.desk.conftest import SignIn
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast, pdf_upload
from tests.factories.results import draft_for, make_drafted, make_to_draw_up, receipt_of_applicant

ADDRESS = "36 Trần Phú, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng"


def text_of(answer) -> str:  # type: ignore[no-untyped-def]
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def bytes_of(client: Client, address: str) -> bytes:
    """Read to the end, so that the test client closes the file behind it."""
    return b"".join(client.get(address))


def post(client: Client, dossier: Dossier, key: str, **data: object):  # type: ignore[no-untyped-def]
    version = Dossier.objects.get(pk=dossier.pk).version
    return client.post(f"/mot-cua/{dossier.code}/{key}/", {"seen_version": version, **data})


def hand_over(cast: Cast, **changed: str) -> dict[str, str]:
    return {
        "receiver": "applicant",
        "identity_paper": "id_card",
        "identity_number": cast.an.citizen.personal_id_number,
        "proof": "signature",
        **changed,
    }


def test_the_case_officer_drafts_and_lands_on_the_document(cast: Cast, as_: SignIn) -> None:
    dossier, client = make_to_draw_up(cast), as_("hoa")
    page = text_of(client.get(f"/mot-cua/{dossier.code}/"))
    assert "Giấy xác nhận (Đồng ý giải quyết)" in page
    template = dossier.revision.result_templates.get(key="certificate")
    answer = post(client, dossier, "soan-ket-qua", template=template.pk, note="Đúng sổ gốc.")
    assert (answer.status_code, answer["Location"]) == (302, f"/mot-cua/{dossier.code}/du-thao/")
    page = text_of(client.get(answer["Location"]))
    assert "Lê Thị Hòa soạn lúc " in page
    assert "Ký và phát hành" not in page
    draft = ResultDraft.objects.get()
    answer = client.get(f"/mot-cua/{dossier.code}/du-thao/{draft.pk}/")
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert answer["Content-Disposition"].startswith("inline")


def test_what_cannot_be_filled_is_said_beside_the_field_and_nothing_typed_is_lost(cast: Cast, as_: SignIn) -> None:
    dossier = make_to_draw_up(cast)
    Dossier.objects.filter(pk=dossier.pk).update(answers={**dossier.answers, "born_on": None})
    template = dossier.revision.result_templates.get(key="certificate")
    answer = post(as_("hoa"), dossier, "soan-ket-qua", template=template.pk, note="Đúng sổ gốc.")
    page = text_of(answer)
    assert answer.status_code == 422
    assert "Chưa lập được văn bản, còn thiếu: “Ngày sinh”." in page
    assert "Đúng sổ gốc." in page


def test_the_form_says_which_documents_cannot_do_without_the_officers_words(cast: Cast, as_: SignIn) -> None:
    def label(dossier: Dossier) -> str:
        page = text_of(as_("hoa").get(f"/mot-cua/{dossier.code}/"))
        return page.split('for="soan-ket-qua-note">', 1)[1].split("</label>")[0].strip()

    def unsay(revision: ProcedureRevision) -> None:
        revision.result_paragraphs.filter(template__key="certificate").update(text="Xác nhận.")

    assert label(make_to_draw_up(cast)) == "Nội dung báo công dân"
    assert label(make_to_draw_up(cast, mend=unsay)) == "Nội dung báo công dân (bắt buộc với: Thông báo)"


def test_the_signer_signs_what_the_page_shows(cast: Cast, as_: SignIn) -> None:
    draft, client = make_drafted(cast), as_("dung")
    dossier = draft.dossier
    page = text_of(client.get(f"/mot-cua/{dossier.code}/du-thao/"))
    assert "Ký và phát hành" in page
    answer = post(client, dossier, "du-thao/ky", draft=draft.pk)
    assert (answer.status_code, answer["Location"]) == (302, f"/mot-cua/{dossier.code}/")
    assert "số 01/GXN-STP" in text_of(client.get(answer["Location"]))


def test_the_signer_is_led_to_the_draft_first_and_the_other_way_is_closed(cast: Cast, as_: SignIn) -> None:
    draft, client = make_drafted(cast), as_("dung")
    page = text_of(client.get(f"/mot-cua/{draft.dossier.code}/"))
    to_sign = page.split('<details name="viec" id="viec-ky-du-thao" open>', 1)[1].split("</details>")[0]
    assert "<summary>Xem và ký dự thảo: Giấy xác nhận</summary>" in to_sign
    assert f'href="/mot-cua/{draft.dossier.code}/du-thao/"' in to_sign
    assert (
        '<details name="viec" id="viec-ky-ket-qua">\n  <summary>Ký văn bản khác, không dùng dự thảo</summary>' in page
    )
    assert page.index("viec-ky-du-thao") < page.index("viec-ky-ket-qua")


def test_without_a_draft_the_signer_signs_as_ever_and_nothing_is_signed_unseen(cast: Cast, as_: SignIn) -> None:
    dossier, client = make_to_draw_up(cast), as_("dung")
    assert "<summary>Ký kết quả</summary>" in text_of(client.get(f"/mot-cua/{dossier.code}/"))
    draft_for(cast, dossier)
    assert post(client, dossier, "ky-du-thao").status_code == 422
    assert Dossier.objects.get(pk=dossier.pk).state == "processing"


def test_the_case_officer_goes_on_from_the_draft_to_the_signer(cast: Cast, as_: SignIn) -> None:
    draft = make_drafted(cast)
    page = text_of(as_("hoa").get(f"/mot-cua/{draft.dossier.code}/du-thao/"))
    assert f'href="/mot-cua/{draft.dossier.code}/#viec-xong-buoc">Xong, trình ký</a>' in page


def test_the_signer_reads_the_words_that_the_citizen_will_be_mailed(cast: Cast, as_: SignIn) -> None:
    draft = make_drafted(cast, key="refusal", note="Thiếu hộ chiếu.")
    page = text_of(as_("dung").get(f"/mot-cua/{draft.dossier.code}/du-thao/"))
    panel = page.split("Công dân sẽ được báo", 1)[1]
    assert "Hồ sơ đã xử lý xong, kèm nguyên văn nội dung dưới đây." in panel
    words, mail = panel.split("Đọc nguyên văn thư")
    assert ("Thiếu hộ chiếu." in words, "Thiếu hộ chiếu." in mail.split("</details>")[0]) == (True, True)


def test_an_officer_finds_no_draft_of_their_own_dossier(cast: Cast, as_: SignIn) -> None:
    draft = make_drafted(cast)
    Dossier.objects.filter(pk=draft.dossier_id).update(applicant=cast.dung)
    client, address = as_("dung"), f"/mot-cua/{draft.dossier.code}/"
    assert client.get(f"{address}du-thao/").status_code == 404
    assert client.get(f"{address}du-thao/{draft.pk}/").status_code == 404
    assert "Dự thảo kết quả" not in text_of(client.get(address))


def test_titles_are_shown_filled_and_choices_without_places(cast: Cast, as_: SignIn) -> None:
    title = "Giấy cho {to_khai.full_name}"
    dossier = make_to_draw_up(cast, mend=lambda one: one.result_templates.filter(key="certificate").update(title=title))
    client, address = as_("hoa"), f"/mot-cua/{dossier.code}/"
    assert "Giấy cho … (Đồng ý giải quyết)" in text_of(client.get(address))
    draft_for(cast, dossier)
    assert "<h1>Giấy cho Nguyễn Thị An</h1>" in text_of(client.get(f"{address}du-thao/"))
    assert "{to_khai" not in text_of(client.get(address))


def test_a_stale_draft_is_a_409_with_the_differences(cast: Cast, as_: SignIn) -> None:
    draft, client = make_drafted(cast), as_("dung")
    Agency.objects.filter(pk=cast.resolving.pk).update(name="Sở Tư pháp mới")
    answer = post(client, draft.dossier, "du-thao/ky", draft=draft.pk)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Sở Tư pháp mới" in page
    assert "Hãy xem chỗ khác rồi lập lại dự thảo." in page
    assert "Lập lại dự thảo" in page
    assert Dossier.objects.get(pk=draft.dossier_id).state == "processing"


def test_who_signs_while_a_newer_draft_is_made_reads_what_it_says_otherwise_and_looks_again(
    cast: Cast, as_: SignIn
) -> None:
    draft, client = make_drafted(cast, note="Đúng sổ gốc."), as_("dung")
    newer = draft_for(cast, draft.dossier, note="Đúng sổ mới.")
    answer = post(client, draft.dossier, "du-thao/ky", draft=draft.pk)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Có dự thảo mới hơn nói khác bản bạn đã xem." in page
    told = page.split("Dự thảo mới khác bản bạn đã xem:", 1)[1].split("</dl>", 1)[0]
    assert ("Đúng sổ gốc." in told, "Đúng sổ mới." in told) == (True, True)
    assert "Ký và phát hành" not in page
    assert Dossier.objects.get(pk=draft.dossier_id).state == "processing"
    assert "Ký và phát hành" in text_of(client.get(f"/mot-cua/{draft.dossier.code}/du-thao/"))
    assert post(client, draft.dossier, "du-thao/ky", draft=newer.pk).status_code == 302


@pytest.mark.parametrize(("who", "status"), [("hoa", 403), ("binh", 403), ("lan", 404), ("an", 403)])
def test_nobody_else_signs(cast: Cast, as_: SignIn, who: str, status: int) -> None:
    draft = make_drafted(cast)
    assert post(as_(who), draft.dossier, "du-thao/ky", draft=draft.pk).status_code == status
    assert Dossier.objects.get(pk=draft.dossier_id).state == "processing"


@pytest.mark.parametrize("drafts", [1, 3])
def test_the_page_of_a_draft_asks_as_often_for_one_as_for_many(
    cast: Cast, as_: SignIn, drafts: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    dossier = make_to_draw_up(cast)
    for number in range(drafts):
        draft_for(cast, dossier, note=f"Lần {number}.")
    client = as_("hoa")
    client.get(f"/mot-cua/{dossier.code}/du-thao/")
    with django_assert_num_queries(17):
        assert client.get(f"/mot-cua/{dossier.code}/du-thao/").status_code == 200


def test_a_representative_without_authority_is_refused_and_nothing_typed_is_lost(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_resolved(cast, fee=None)
    sent = hand_over(cast, receiver="representative", receiver_name="Lê Văn Em", identity_number="068190004312")
    answer = post(as_("binh"), dossier, "tra-ket-qua", **sent)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "Ghi giấy ủy quyền hoặc giấy chứng minh quan hệ đã xem." in page
    assert 'value="Lê Văn Em"' in page
    assert not ResultHandOver.objects.exists()


def test_the_button_pressed_twice_says_that_it_is_done_not_that_the_code_is_used_up(cast: Cast, as_: SignIn) -> None:
    dossier, client = make.make_resolved(cast, fee=None), as_("binh")
    code, _kept = services.own_collection_code(actor=cast.actor("an"), dossier_id=dossier.pk)
    sent = {"seen_version": dossier.version, **hand_over(cast, proof="code", collection_code=code)}
    first, second = (client.post(f"/mot-cua/{dossier.code}/tra-ket-qua/", sent) for _time in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert ResultHandOver.objects.count() == 1


def test_the_slip_is_printed_signed_and_scanned_back_in(cast: Cast, as_: SignIn) -> None:
    dossier, client = make.make_resolved(cast, fee=None), as_("binh")
    assert post(client, dossier, "tra-ket-qua", **hand_over(cast)).status_code == 302
    line = Dossier.objects.get(pk=dossier.pk).version
    page = text_of(client.get(f"/mot-cua/{dossier.code}/"))
    assert f"/mot-cua/{dossier.code}/phieu/tra-ket-qua/{line}/" in page
    assert "Chưa lưu phiếu đã ký" in page
    assert bytes_of(client, f"/mot-cua/{dossier.code}/phieu/tra-ket-qua/{line}/")[:5] == b"%PDF-"
    assert post(client, dossier, "luu-phieu-ky", upload=pdf_upload("phieu.pdf")).status_code == 302
    given = ResultHandOver.objects.get()
    assert bytes_of(client, f"/mot-cua/{dossier.code}/phieu-da-ky/{given.pk}/")[:5] == b"%PDF-"
    assert "Chưa lưu phiếu đã ký" not in text_of(client.get(f"/mot-cua/{dossier.code}/"))


def test_only_the_desk_reads_the_whole_number_of_who_took_the_result_and_the_slip_they_signed(
    cast: Cast, as_: SignIn
) -> None:
    dossier, client = make.make_resolved(cast, fee=None), as_("binh")
    number, address = "068190004789", f"/mot-cua/{dossier.code}/"
    taken = {"receiver": "representative", "receiver_name": "Lê Văn Em", "authority": "Giấy ủy quyền số 12"}
    post(client, dossier, "tra-ket-qua", **hand_over(cast, **taken, identity_number=number))
    line = Dossier.objects.get(pk=dossier.pk).version
    post(client, dossier, "luu-phieu-ky", upload=pdf_upload("phieu.pdf"))
    signed = f"{address}phieu-da-ky/{ResultHandOver.objects.get().pk}/"
    page = text_of(client.get(address))
    assert (number in page, signed in page) == (True, True)
    page = text_of(as_("hoa").get(address))
    assert (number in page, "…789" in page, signed in page) == (False, True, False)
    assert as_("hoa").get(signed).status_code == 403
    said = hand_over_facts(Dossier.objects.get(pk=dossier.pk), sequence=line)["identity"]
    assert said == "Căn cước, căn cước công dân: …789"


def test_the_post_is_followed_from_the_workspace(cast: Cast, as_: SignIn) -> None:
    dossier, client = make.make_resolved(cast, fee=None, delivery="post"), as_("binh")
    sent = {"carrier": "VNPost", "tracking_number": "RA1", "recipient_name": "Nguyễn Thị An", "address": ADDRESS}
    assert post(client, dossier, "gui-buu-dien", **sent).status_code == 302
    page = text_of(client.get(f"/mot-cua/{dossier.code}/"))
    assert "Đã giao bưu điện" in page
    assert f"/mot-cua/{dossier.code}/tra-ket-qua/" not in page
    assert post(client, dossier, "chuyen-hoan", reason="Sai địa chỉ").status_code == 302
    assert [str(one) for one in PostalItem.objects.get().moves.values_list("note", flat=True)] == ["", "Sai địa chỉ"]
    listed = text_of(client.get("/mot-cua/?loc=chua-nhan"))
    assert str(dossier.code) in listed


def test_a_delivery_ends_the_dossier_on_its_day(cast: Cast, as_: SignIn) -> None:
    dossier, client = make.make_resolved(cast, fee=None, delivery="post"), as_("binh")
    sent = {"carrier": "VNPost", "tracking_number": "RA1", "recipient_name": "Nguyễn Thị An", "address": ADDRESS}
    post(client, dossier, "gui-buu-dien", **sent)
    answer = post(client, dossier, "buu-dien-da-phat", on="32/13/2026", note="")
    assert answer.status_code == 422
    assert "Ghi ngày dạng 05/05/2026." in text_of(answer)
    assert post(client, dossier, "buu-dien-da-phat", on="", note="").status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state == "result_handed_over"


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_finds_the_slips_that_were_never_scanned(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    dossiers, client = [make.make_resolved(cast, fee=None) for _n in range(count + 1)], as_("binh")
    for dossier in dossiers:
        post(client, dossier, "tra-ket-qua", **hand_over(cast))
    post(client, dossiers[0], "luu-phieu-ky", upload=pdf_upload("phieu.pdf"))
    address = "/mot-cua/phieu-chua-luu/"
    assert address in text_of(client.get("/mot-cua/"))
    with django_assert_num_queries(4):
        page = text_of(client.get(address))
    assert [str(dossier.code) in page for dossier in dossiers] == [False, *[True] * count]
    assert as_("hoa").get(address).status_code == 403


def test_slips_that_wait_for_their_scan_are_paged_and_undone_ones_are_not_among_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.UNDO_WINDOW_SECONDS = 120
    monkeypatch.setattr(returns, "PAGE_SIZE", 1)
    actor, dossiers = cast.actor("binh"), [make.make_resolved(cast, fee=None) for _n in range(3)]
    for dossier in dossiers:
        services.hand_over_result(actor=actor, dossier_id=dossier.pk, receipt=receipt_of_applicant(cast))
    services.undo(actor=actor, dossier_id=dossiers[1].pk)
    services.hand_over_result(actor=actor, dossier_id=dossiers[1].pk)
    first = returns.unscanned_page(actor)
    second = returns.unscanned_page(actor, cursor=first.next_cursor)
    assert [one.dossier_id for one in [*first.rows, *second.rows]] == [dossiers[0].pk, dossiers[2].pk]
    assert (second.next_cursor, returns.unscanned_page(cast.actor("hoa")).rows) == ("", [])


# --- the citizen's page -----------------------------------------------------------------------------------------------
def test_the_citizen_gets_a_code_shown_once(cast: Cast, as_: SignIn) -> None:
    dossier, client = make.make_resolved(cast, fee=None), as_("an")
    address = f"/ho-so/{dossier.code}/ma-nhan-ket-qua/"
    assert address in text_of(client.get(f"/ho-so/{dossier.code}/"))
    assert client.get(address).status_code == 302
    answer = client.post(address)
    assert (answer.status_code, CollectionCode.objects.count()) == (200, 1)
    assert "code--large" in text_of(answer)
    assert client.post(address).status_code == 429
    assert as_("chi").post(address).status_code == 404


def test_the_citizen_reads_who_took_the_result_and_where_it_is(cast: Cast, as_: SignIn) -> None:
    dossier, client = make.make_resolved(cast, fee=None, delivery="post"), as_("an")
    sent = {"carrier": "VNPost", "tracking_number": "RA77", "recipient_name": "Nguyễn Thị An", "address": ADDRESS}
    post(as_("binh"), dossier, "gui-buu-dien", **sent)
    page = text_of(client.get(f"/ho-so/{dossier.code}/"))
    assert "RA77" in page
    assert "Kết quả đang ở bưu điện." in page
    post(as_("binh"), dossier, "chuyen-hoan", reason="Không có người nhận")
    back = text_of(client.get(f"/ho-so/{dossier.code}/"))
    assert "<strong>Bưu điện chuyển hoàn kết quả</strong>" in back
    assert "Nhận tại bộ phận một cửa" in back
    post(as_("binh"), dossier, "tra-ket-qua", **hand_over(cast))
    assert "Nguyễn Thị An đã nhận lúc " in text_of(client.get(f"/ho-so/{dossier.code}/"))
