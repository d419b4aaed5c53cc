"""Papers and results are never attached to a mail: it carries a link, and the link asks for a sign-in."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from portal.notifications.kinds import registered_kinds

ROOT = Path(settings.BASE_DIR)
MAIL_CLASSES = {"EmailMessage", "EmailMultiAlternatives", "send_mail", "send_mass_mail", "mail_admins", "mail_managers"}


def _calls() -> list[tuple[str, str]]:
    found = []
    for package in ("portal", "procedures", "payments", "dossiers"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    found.append((str(path.relative_to(ROOT)), name))
    return found


def test_one_module_makes_mails_and_attaches_nothing() -> None:
    makers = {path for path, name in _calls() if name in MAIL_CLASSES and not path.startswith("portal/launcher/")}
    assert makers == {"portal/notifications/services/delivery.py"}
    source = (ROOT / "portal/notifications/services/delivery.py").read_text()
    assert ".attach(" not in source
    assert ".attach_file(" not in source


@pytest.mark.django_db
@pytest.mark.parametrize("kind", registered_kinds(), ids=lambda kind: kind.key)
def test_the_link_of_every_message_asks_for_a_sign_in(kind, client: Client) -> None:  # type: ignore[no-untyped-def]
    address = kind.sample()[kind.address_key]
    assert address.startswith(f"{settings.PUBLIC_URL}/")
    answer = client.get(address.removeprefix(settings.PUBLIC_URL))
    if kind.key.startswith("feedback/"):
        # Of people without an account as well: the page asks for number and code, and the address has neither.
        assert (answer.status_code, address) == (200, f"{settings.PUBLIC_URL}/phan-anh/theo-doi/")
        assert 'name="code"' in answer.text
        return
    # To the sign-in, or nothing there for somebody unknown; never a page.
    assert answer.status_code in (302, 404)
    if answer.status_code == 302:
        assert "/dang-nhap/" in answer["Location"] or "/login/" in answer["Location"]
