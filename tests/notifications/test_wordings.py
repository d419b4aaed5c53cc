"""Wordings by kind, language and agency: inherited, checked, kept in versions; what was told stays as it was worded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from portal.accounts.models import Agency
from portal.core.actors import SYSTEM, Actor, ActorKind
from portal.core.errors import InvalidInput, NotFound, NotPermitted
from portal.notifications import selectors, services
from portal.notifications.errors import WordingChanged
from portal.notifications.kinds import MessageKind, registered_kinds
from portal.notifications.models import MailDelivery, MailWording
from portal.notifications.services import Matter, Recipient
from portal.notifications.wording import starting_text, word_edited, word_kind
from tests.factories.accounts import AgencyFactory

RECEIVED = "dossier/received"
TEXT = "{{co_quan_tiep_nhan}} đã nhận **{{ten_thu_tuc}}**.\n\nHẹn {{hen_tra}}."
SUBJECT = "Nhận {{ma_ho_so}}"


def save(agency: Agency | None = None, **changes: Any) -> MailWording:
    values: dict[str, Any] = {
        "actor": SYSTEM,
        "kind": RECEIVED,
        "language": "vi",
        "agency_id": agency.pk if agency is not None else None,
        "subject": SUBJECT,
        "body": TEXT,
        "button_label": "Mở hồ sơ",
        "seen_version": 0,
    }
    return services.save_wording(**{**values, **changes})


def tell(agency: Agency | None, cause: str = "dossier:1:1", language: str = "vi") -> MailDelivery:
    kind = selectors.kind_of(RECEIVED)
    assert kind is not None
    mail = services.notify(
        kind=RECEIVED,
        cause=cause,
        recipient=Recipient("Nguyễn Thị An", "an@example.vn", None, language),
        context=kind.sample(),
        matter=Matter(agency_id=agency.pk if agency is not None else None),
    )
    assert mail is not None
    return mail


def _folders() -> Iterator[str]:
    root = Path(settings.BASE_DIR) / "templates" / "email"
    for path in sorted(root.rglob("subject.txt")):
        yield str(path.parent.relative_to(root))


def test_every_folder_of_a_mail_is_in_the_catalogue_of_kinds() -> None:
    """A new kind is registered by the app that sends it (`services.register_kinds`): else nobody can edit its wording."""
    assert sorted(kind.key for kind in registered_kinds() if not kind.key.startswith("test/")) == list(_folders())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", registered_kinds(), ids=lambda kind: kind.key)
def test_the_sample_of_a_kind_words_its_files_and_shows_every_variable(kind: MessageKind, language: str) -> None:
    own = word_kind(kind.key, language, kind.sample())
    assert own.subject
    assert "{{" not in own.text + own.html
    with translation.override(language):
        values = kind.values({"portal_hotline": "1022", **kind.sample()})
    # A first draft for an editor can be saved as it is, and says what the files say.
    if kind.is_editable:
        start = starting_text(kind, language)
        edited = word_edited(kind, start, language, kind.sample())
        assert edited.subject == own.subject
        assert edited.inner_text.split() == own.inner_text.split()
        assert set(kind.required_names) <= {name for name in values if f"{{{{{name}}}}}" in start.subject + start.body}
        assert edited.inner_html


@pytest.mark.django_db
def test_the_nearest_agency_above_decides_and_then_the_whole_portal() -> None:
    province = AgencyFactory.create()
    department = AgencyFactory.create(parent=province)
    office = AgencyFactory.create(parent=department)
    save(subject="Cổng {{ma_ho_so}}")
    save(province, subject="Tỉnh {{ma_ho_so}}")
    save(department, subject="Sở {{ma_ho_so}}")
    save(department, subject="Sở, bản hai {{ma_ho_so}}", seen_version=1)

    told = [tell(agency, f"dossier:1:{number}").subject for number, agency in enumerate((office, province, None))]

    code = "H36.14-260504-0012"
    assert told == [f"Sở, bản hai {code}", f"Tỉnh {code}", f"Cổng {code}"]
    assert tell(office, "dossier:1:9", "en").subject == word_kind(RECEIVED, "en", _sample()).subject
    assert tell(AgencyFactory.create(), "dossier:1:8").subject == f"Cổng {code}"


def _sample() -> dict[str, Any]:
    kind = selectors.kind_of(RECEIVED)
    assert kind is not None
    return kind.sample()


@pytest.mark.django_db
def test_all_wordings_of_an_agency_are_one_query(django_assert_num_queries: Any) -> None:
    province = AgencyFactory.create()
    office = AgencyFactory.create(parent=province)
    save(province)
    save()
    with django_assert_num_queries(1):
        found = selectors.wordings_for("vi", office.pk)
    edited = found.edited(RECEIVED)
    assert edited is not None
    assert edited.version_id == MailWording.objects.get(agency=province).pk


@pytest.mark.django_db
def test_an_edited_mail_has_both_parts_in_the_frame_of_all_mails() -> None:
    version = save()
    mail = tell(None)

    assert mail.wording == version
    assert mail.subject == "Nhận H36.14-260504-0012"
    text = mail.text_body.replace("\u00a0", " ")
    assert text.startswith(
        "Kính gửi Nguyễn Thị An,\n\n"
        "Trung tâm Phục vụ hành chính công tỉnh đã nhận Cấp Phiếu lý lịch tư pháp.\n\n"
        "Hẹn 9 giờ 30, ngày 14/05/2026.\n\nMở hồ sơ: http"
    )
    assert "<strong>Cấp Phiếu lý lịch tư pháp</strong>" in mail.html_body
    assert "Mở hồ sơ</a>" in mail.html_body
    assert "<h1" in mail.html_body


@pytest.mark.django_db
def test_what_a_person_was_told_stays_as_it_was_worded() -> None:
    save()
    before = tell(None)
    save(seen_version=1, subject="Khác hẳn {{ma_ho_so}}")
    services.reset_wording(actor=SYSTEM, kind=RECEIVED, language="vi", agency_id=None, seen_version=2)

    before.refresh_from_db()
    assert before.subject == "Nhận H36.14-260504-0012"
    assert tell(None, "dossier:1:2").subject == "Hồ sơ H36.14-260504-0012 đã được tiếp nhận"
    assert list(MailWording.objects.order_by("version").values_list("version", "is_default")) == [
        (1, False),
        (2, False),
        (3, True),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"subject": ""}, {"subject": "Không để trống."}),
        ({"body": " \n "}, {"body": "Không để trống."}),
        ({"body": TEXT + " {{so_tien}}"}, {"body": "Không có biến {{so_tien}} ở loại thông báo này."}),
        ({"body": "Đã nhận."}, {"body": "Loại thông báo này phải nói rõ {{hen_tra}}."}),
        ({"subject": "Nhận", "body": "x"}, {"body": "Loại thông báo này phải nói rõ {{ma_ho_so}}, {{hen_tra}}."}),
        ({"button_label": "{{ma_ho_so}}"}, {"button_label": "Chữ trên nút không có biến."}),
        ({"subject": "x" * 201 + SUBJECT}, {"subject": "Dài quá 200 ký tự."}),
    ],
)
def test_a_wording_that_would_mislead_is_not_saved(changes: dict[str, Any], errors: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        save(**changes)

    assert {name: str(sentence) for name, sentence in caught.value.fields.items()} == errors
    assert not MailWording.objects.exists()


@pytest.mark.django_db
def test_the_second_of_two_editors_is_told() -> None:
    save()
    with pytest.raises(WordingChanged):
        save(body=TEXT + " B")
    assert MailWording.objects.count() == 1


@pytest.mark.django_db
def test_only_administrators_edit_and_only_what_is_edited() -> None:
    with pytest.raises(NotPermitted):
        save(actor=Actor(kind=ActorKind.OFFICER, user_id=1))
    for kind in ("officer/escalation", "dossier/nothing"):
        with pytest.raises(NotFound):
            save(kind=kind)
