"""Addresses that open something by themselves stay out of the log."""

import logging

from portal.core.secret_paths import SecretPaths


def _said(message: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    assert SecretPaths().filter(record)
    return record.getMessage()


def test_the_token_of_a_shared_paper_is_blotted_out() -> None:
    assert (
        _said("%s: %s", "Too Many Requests", "/giay-to-chia-se/a-B_9/tep/")
        == "Too Many Requests: /giay-to-chia-se/…/tep/"
    )


def test_every_other_line_stays_as_it_is() -> None:
    assert _said("Not Found: %s", "/xac-minh/7K3M/") == "Not Found: /xac-minh/7K3M/"
