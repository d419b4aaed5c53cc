"""The page where wordings are edited: preview, save, versions, reset; nothing typed is lost."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from portal.notifications.models import MailWording
from tests.factories.accounts import AgencyFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/quan-tri/notifications/mailwording/"
EDIT = f"{LIST}sua/dossier/received/"
PREVIEW = f"{LIST}xem/dossier/received/"
TYPED = {
    "subject": "Nhận {{ma_ho_so}}",
    "body": "Đã nhận **{{ten_thu_tuc}}**, hẹn {{hen_tra}}. <script>x</script>",
    "button_label": "Mở hồ sơ",
    "seen_version": "0",
}


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(
        UserFactory.create(is_staff=True, is_superuser=True, full_name="Quản trị"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_every_kind_is_listed_with_what_counts(administrator: Client) -> None:
    agency = AgencyFactory.create()
    administrator.post(EDIT, {**TYPED, "save": "1"})

    page = text_of(administrator, LIST)
    assert 'href="/quan-tri/notifications/mailwording/sua/dossier/received/?agency=&language=vi"' in page
    assert page.count("Bản 1, sửa lúc") == 1
    assert "Mẫu gốc (danh sách, không sửa lời)" in page
    below = text_of(administrator, f"{LIST}?agency={agency.pk}&language=vi")
    assert (below.count("Bản 1, sửa lúc"), below.count("Theo cấp trên")) == (0, 1)
    assert "Theo cấp trên" not in text_of(administrator, f"{LIST}?agency={agency.pk}&language=en")
    assert text_of(administrator, f"{LIST}?agency=x&language=zz").count("Bản 1, sửa lúc") == 1


def test_what_is_never_sent_in_a_language_is_not_worded_in_it(administrator: Client) -> None:
    edit = f"{LIST}sua/paper/revoked/"
    assert edit in text_of(administrator, LIST)
    assert edit not in text_of(administrator, f"{LIST}?language=en")
    assert administrator.get(edit).status_code == 200
    assert administrator.get(f"{edit}?language=en").status_code == 404


def test_the_form_begins_with_the_wording_in_use_and_names_the_variables(administrator: Client) -> None:
    page = text_of(administrator, EDIT)

    assert 'value="Hồ sơ {{ma_ho_so}} đã được tiếp nhận"' in page
    assert "{{co_quan_tiep_nhan}} đã tiếp nhận hồ sơ “{{ten_thu_tuc}}”." in page
    assert re.search(r"<code>\{\{hen_tra\}\}</code></th><td>Ngày giờ hẹn trả kết quả <strong>\(bắt buộc có\)", page)
    assert 'formtarget="xem-thu"' in page


def test_saving_makes_a_version_and_the_old_one_can_still_be_read(administrator: Client) -> None:
    answer = administrator.post(EDIT, {**TYPED, "save": "1"}, follow=True)
    assert "Đã lưu bản 1." in answer.content.decode()
    administrator.post(EDIT, {**TYPED, "subject": "Khác {{ma_ho_so}}", "seen_version": "1", "save": "1"})

    first = MailWording.objects.get(version=1)
    page = text_of(administrator, EDIT)
    assert 'value="Khác {{ma_ho_so}}"' in page
    assert f'href="{LIST}ban/{first.pk}/"' in page
    frame = administrator.get(f"{LIST}ban/{first.pk}/")
    assert "<strong>Cấp Phiếu lý lịch tư pháp</strong>" in frame.content.decode()
    assert "&lt;script&gt;" in frame.content.decode()


def test_the_preview_runs_nothing_and_shows_the_sample(administrator: Client) -> None:
    frame = administrator.post(PREVIEW, {**TYPED, "html": "1"})

    assert "Nhận H36.14-260504-0012" in frame.content.decode()
    assert "<script" not in frame.content.decode()
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    text = administrator.post(PREVIEW, {**TYPED, "text": "1"})
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    assert "Đã nhận Cấp Phiếu lý lịch tư pháp, hẹn" in text.content.decode()
    assert not MailWording.objects.exists()


def test_a_wrong_wording_is_shown_again_as_typed_with_the_error_by_the_field(administrator: Client) -> None:
    typed = {**TYPED, "body": "Xin {{chao}} ông bà"}
    answer = administrator.post(EDIT, {**typed, "save": "1"})

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Không có biến {{chao}} ở loại thông báo này." in page
    assert "Xin {{chao}} ông bà</textarea>" in page
    assert administrator.post(PREVIEW, {**typed, "html": "1"}).status_code == 422
    assert not MailWording.objects.exists()


def test_whoever_saves_second_is_told_and_keeps_what_was_typed(administrator: Client) -> None:
    administrator.post(EDIT, {**TYPED, "save": "1"})
    answer = administrator.post(EDIT, {**TYPED, "subject": "Của tôi {{ma_ho_so}}", "save": "1"})

    page = unescape(answer.content.decode())
    assert "Lời thư này vừa được người khác sửa." in page
    assert 'value="Của tôi {{ma_ho_so}}"' in page
    assert "Lời đang dùng của bản 1" in page
    assert "Đã nhận **{{ten_thu_tuc}}**, hẹn {{hen_tra}}." in page
    assert MailWording.objects.count() == 1

    seen = re.search(r'name="seen_version" value="(\d+)"', page)
    assert seen
    mine = {**TYPED, "subject": "Của tôi {{ma_ho_so}}", "seen_version": seen[1], "save": "1"}
    assert administrator.post(EDIT, mine).status_code == 302
    assert MailWording.objects.get(version=2).subject == "Của tôi {{ma_ho_so}}"


def test_reset_goes_back_to_what_stands_above(administrator: Client) -> None:
    saved = unescape(administrator.post(EDIT, {**TYPED, "save": "1"}, follow=True).content.decode())
    # The button is reached only past a sentence on whom it touches.
    assert saved.index("<details") < saved.index("Bỏ lời riêng của cả cổng:") < saved.index('name="reset"')
    answer = administrator.post(EDIT, {**TYPED, "seen_version": "1", "reset": "1"}, follow=True)

    page = unescape(answer.content.decode())
    assert "Đã về mẫu gốc." in page
    assert 'value="Hồ sơ {{ma_ho_so}} đã được tiếp nhận"' in page
    assert list(MailWording.objects.order_by("version").values_list("is_default", flat=True)) == [False, True]


@pytest.mark.parametrize("address", [LIST, EDIT, PREVIEW])
def test_staff_without_the_right_see_nothing(client: Client, address: str) -> None:
    member = UserFactory.create(is_staff=True)
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 403


def test_who_may_only_look_cannot_edit(client: Client) -> None:
    member = UserFactory.create(is_staff=True)
    member.user_permissions.add(Permission.objects.get(codename="view_mailwording"))
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(LIST).status_code == 200
    assert client.post(EDIT, {**TYPED, "save": "1"}).status_code == 403
    assert not MailWording.objects.exists()


def test_a_list_or_an_unknown_kind_has_no_page(administrator: Client) -> None:
    for kind in ("officer/escalation", "dossier/nothing"):
        assert administrator.get(f"{LIST}sua/{kind}/").status_code == 404
