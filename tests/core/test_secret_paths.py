"""Addresses that open something by themselves stay out of the log."""

import logging
from io import StringIO

import pytest
from django.utils.module_loading import import_string

from portal.settings.logs import LOGGING

Log = tuple[logging.Logger, StringIO]


@pytest.fixture
def log() -> Log:
    """A logger of nobody else's whose lines are formatted as the portal's are, without the time."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    formatter = import_string(LOGGING["formatters"]["line"]["class"])  # type: ignore[index]
    handler.setFormatter(formatter("{levelname} {message}", style="{"))
    logger = logging.Logger("test.secret")
    logger.addHandler(handler)
    return logger, stream


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/giay-to-chia-se/a-B_9/tep/", "/giay-to-chia-se/…/tep/"),
        ("/danh-gia/a-B_9/", "/danh-gia/…/"),
        ("/danh-gia/a:B=9", "/danh-gia/…"),
        ("/ho-so/H36-0042/danh-gia/", "/ho-so/H36-0042/danh-gia/"),
        ("/xac-minh/7K3M/", "/xac-minh/7K3M/"),
    ],
)
def test_a_key_in_an_address_is_blotted_out_and_every_other_line_stays(log: Log, path: str, shown: str) -> None:
    logger, stream = log
    logger.warning("%s: %s", "Too Many Requests", path)
    assert stream.getvalue() == f"WARNING Too Many Requests: {shown}\n"


def test_a_key_in_a_traceback_is_blotted_out(log: Log) -> None:
    logger, stream = log
    try:
        raise ValueError("/danh-gia/a-B_9/")
    except ValueError:
        logger.exception("failed")
    assert stream.getvalue().endswith("ValueError: /danh-gia/…/\n")


def test_arguments_that_do_not_fit_break_nobody_and_are_not_shown(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    logger, stream = log
    logger.warning("%d of %s", "/danh-gia/a-B_9/")
    assert stream.getvalue().startswith("WARNING test.secret line ")
    assert stream.getvalue().endswith(" not written: TypeError\n")
    assert "a-B_9" not in stream.getvalue() + capsys.readouterr().err
