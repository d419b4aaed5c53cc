"""Pages of the citizen's side, read as text."""

import html
import re

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from tests.conftest import SignIn


@pytest.fixture
def an(as_: SignIn) -> Client:
    return as_("an")


def source(answer: HttpResponseBase) -> str:
    """The page's HTML as text."""
    return bytes(answer.content).decode()  # type: ignore[attr-defined]


def words(answer: HttpResponseBase) -> str:
    """What a person reads on the page: no tags, entities resolved, single blanks."""
    return read(source(answer))


def read(markup: str) -> str:
    """The words of a piece of HTML."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def title(answer: HttpResponseBase) -> str:
    found = re.search(r"<title>(.*?)</title>", source(answer), re.DOTALL)
    assert found
    return html.unescape(" ".join(found[1].split()))


def summary(answer: HttpResponseBase) -> str:
    """The error summary, which takes the focus; its words ("" when there is none)."""
    found = re.search(r'<div class="error-summary"([^>]*)>(.*?)</div>', source(answer), re.DOTALL)
    if found is None:
        return ""
    assert 'tabindex="-1"' in found[1]
    assert "autofocus" in found[1]
    return read(found[2])


def tasks(answer: HttpResponseBase) -> list[str]:
    """The task list, one line a task."""
    found = re.search(r'<ol class="tasks">(.*?)</ol>', source(answer), re.DOTALL)
    assert found
    return [read(item) for item in re.findall(r"<li.*?</li>", found[1], re.DOTALL)]


def answers(answer: HttpResponseBase) -> list[str]:
    """The four answers of the dossier page: where, who, until when, what now."""
    found = re.search(r'<dl class="answers">(.*?)</dl>', source(answer), re.DOTALL)
    assert found
    return [read(item) for item in re.findall(r"<dd>(.*?)</dd>", found[1], re.DOTALL)]


def finish(answer: HttpResponseBase) -> bytes:
    """Read a file to its end, as a browser does, so that it is closed."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)  # type: ignore[attr-defined]
