"""The list on the page: links that lead to the very field, a trial that files nothing, doubts to tick one by one."""

import re

from django.test import Client

from dossiers import services
from dossiers.models import Dossier
from tests.dossiers.citizen.conftest import SignIn, source, summary, title, words
from tests.dossiers.citizen.declared import make_declared_draft, path_of
from tests.factories.dossiers import Cast, make_draft, make_filed, pdf_upload


def links(text: str) -> list[str]:
    found = re.search(r'<div class="error-summary".*?</div>', text, re.DOTALL)
    return re.findall(r'<a href="([^"]+)"', found[0]) if found else []


def with_doubt(cast: Cast) -> Dossier:
    draft = make_draft(cast)
    slot = draft.components.get(required_document__kind="upload")
    services.attach_file(
        actor=cast.actor("an"), dossier_id=draft.pk, component_id=slot.pk, upload=pdf_upload("lan-nua.pdf")
    )
    return draft


def test_every_fault_leads_to_its_field_slot_or_page(cast: Cast, an: Client) -> None:
    draft = make_declared_draft(cast, with_slot=True)
    services.save_section(
        actor=cast.actor("an"), dossier_id=draft.pk, section_key="person", raw={"phone": "1", "place": "p1"}
    )
    slots = draft.components.order_by("position").values_list("pk", flat=True)
    for tail in ("kiem-tra/", "kiem-tra-thu/"):
        page = an.get(path_of(draft, tail))
        found = links(source(page))
        assert found == [
            path_of(draft, "to-khai/person/#id_full_name"),
            path_of(draft, "to-khai/person/#id_phone"),
            path_of(draft, "to-khai/person/#id_owner"),
            *(path_of(draft, f"giay-to/#tep-{slot}") for slot in slots),
            path_of(draft, "nhan-ket-qua/"),
        ]
    for link in found[:3]:
        address, _hash, anchor = link.partition("#")
        assert f'id="{anchor}"' in source(an.get(address))


def test_the_trial_files_nothing_and_can_be_made_at_any_time(cast: Cast, an: Client, as_: SignIn) -> None:
    draft = make_draft(cast)
    path = path_of(draft, "kiem-tra-thu/")
    page = an.get(path)
    assert "Không thấy chỗ nào thiếu hay đáng ngờ." in words(page)
    assert "Đây chỉ là kiểm tra. Chưa có gì được nộp." in words(page)
    assert "Nộp hồ sơ</button>" not in source(page)
    assert an.post(path).status_code == 405
    assert as_("chi").get(path).status_code == 404
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert f'href="{path}"' in source(an.get(path_of(draft)))


def test_a_trial_of_a_filed_draft_leads_to_the_dossier(cast: Cast, an: Client) -> None:
    filed = make_filed(cast)
    assert an.get(path_of(filed, "kiem-tra-thu/"))["Location"] == f"/ho-so/{filed.code}/"


def test_a_doubt_is_ticked_before_the_dossier_is_filed(cast: Cast, an: Client) -> None:
    draft = with_doubt(cast)
    path = path_of(draft, "kiem-tra/")
    page = an.get(path)
    mark = re.search(r'name="doubt" id="xem-(\w+)"', source(page))
    assert mark
    assert "Tệp “lan-nua.pdf” giống hệt tệp ở “Giấy tờ tùy thân”." in words(page)
    refused = an.post(path, {"attestation": "on"})
    assert refused.status_code == 422
    assert title(refused).startswith("Lỗi: ")
    assert "Còn điểm chưa đánh dấu." in words(refused)
    assert '<fieldset class="doubts" id="xem-lai" tabindex="-1" autofocus>' in source(refused)
    draft.refresh_from_db()
    assert draft.state == "draft"
    without_statement = an.post(path, {"doubt": mark[1]})
    assert "Bạn cần cam đoan" in summary(without_statement)
    assert f'value="{mark[1]}" checked' in source(without_statement)
    assert an.post(path, {"doubt": mark[1], "attestation": "on"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "submitted"
