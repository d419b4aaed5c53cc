"""portal.settings.environment: every reader, every wrong value's sentence."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import environment as env

NAME = "SOME_SETTING"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], None]:
    """Set the variable, or unset it with None."""

    def put(value: str | None) -> None:
        if value is None:
            monkeypatch.delenv(NAME, raising=False)
        else:
            monkeypatch.setenv(NAME, value)

    return put


Given = Callable[[str | None], None]


def sentence_of(read: Callable[[], Any]) -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        read()
    return str(refused.value)


@pytest.mark.parametrize(
    ("value", "default", "expected"),
    [("a b", None, "a b"), (None, "x", "x"), (None, "", ""), ("", "x", ""), (" y ", "x", " y ")],
)
def test_text_is_the_variable_as_it_stands(given: Given, value: str | None, default: str | None, expected: str) -> None:
    given(value)
    assert env.text(NAME, default) == expected


@pytest.mark.parametrize("value", [None, ""])
def test_a_required_text_that_is_missing_or_blank_stops_the_start(given: Given, value: str | None) -> None:
    given(value)
    assert sentence_of(lambda: env.text(NAME)) == "SOME_SETTING is not set; the portal cannot start without it."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((word, True) for word in ("1", "true", "TRUE", "Yes", " on ")),
        *((word, False) for word in ("0", "false", "No", "OFF")),
    ],
)
def test_boolean_reads_the_usual_words(given: Given, value: str, expected: bool) -> None:
    given(value)
    assert env.boolean(NAME, not expected) is expected


@pytest.mark.parametrize("value", [None, "", "  "])
@pytest.mark.parametrize("default", [True, False])
def test_an_unset_boolean_is_its_default(given: Given, value: str | None, default: bool) -> None:
    given(value)
    assert env.boolean(NAME, default) is default


def test_a_boolean_that_is_none_of_the_words_is_an_error_and_not_false(given: Given) -> None:
    given("ture")
    assert sentence_of(lambda: env.boolean(NAME, False)) == (
        "SOME_SETTING must be one of true, false, yes, no, on, off, 1, 0; it is 'ture'."
    )


@pytest.mark.parametrize(("value", "expected"), [("5", 5), (" -3 ", -3), (None, 7), ("", 7), ("1", 1), ("9", 9)])
def test_integer_reads_a_whole_number(given: Given, value: str | None, expected: int) -> None:
    given(value)
    assert env.integer(NAME, 7, minimum=-3, maximum=9) == expected


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("1.5", "SOME_SETTING must be a whole number; it is '1.5'."),
        ("ten", "SOME_SETTING must be a whole number; it is 'ten'."),
        ("0", "SOME_SETTING must be at least 1; it is 0."),
        ("10", "SOME_SETTING must be at most 9; it is 10."),
    ],
)
def test_integer_refuses_what_is_no_number_or_out_of_bounds(given: Given, value: str, sentence: str) -> None:
    given(value)
    assert sentence_of(lambda: env.integer(NAME, 7, minimum=1, maximum=9)) == sentence


@pytest.mark.parametrize(("value", "expected"), [("s3", "s3"), (" s3 ", "s3"), (None, "local"), ("", "local")])
def test_choice_takes_one_word_of_the_list(given: Given, value: str | None, expected: str) -> None:
    given(value)
    assert env.choice(NAME, "local", ("local", "s3")) == expected


def test_choice_refuses_any_other_word_and_names_the_list(given: Given) -> None:
    given("S3")
    assert sentence_of(lambda: env.choice(NAME, "local", ("local", "s3"))) == (
        "SOME_SETTING must be one of local, s3; it is 'S3'."
    )


@pytest.mark.parametrize(("value", "expected"), [(None, ["a"]), ("", []), ("x, y,,z ", ["x", "y", "z"])])
def test_listing_splits_at_commas_and_drops_blanks(given: Given, value: str | None, expected: list[str]) -> None:
    given(value)
    assert env.listing(NAME, ("a",)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("https://x.vn/", "https://x.vn"), ("http://127.0.0.1:8000", "http://127.0.0.1:8000"), (None, "http://d")],
)
def test_address_loses_only_its_closing_slash(given: Given, value: str | None, expected: str) -> None:
    given(value)
    assert env.address(NAME, "http://d") == expected


@pytest.mark.parametrize("value", ["redis://h:6379/1", "rediss://h/0", "unix:///run/redis.sock?db=2"])
def test_address_leaves_the_addresses_of_redis_as_they_are(given: Given, value: str) -> None:
    given(value)
    assert env.address(NAME, schemes=("redis", "rediss", "unix")) == value


@pytest.mark.parametrize("value", ["dichvucong.vn", "ftp://x", "https:", "//x"])
def test_address_refuses_another_scheme_without_repeating_the_value(given: Given, value: str) -> None:
    given(value)
    assert sentence_of(lambda: env.address(NAME, "http://d")) == (
        "SOME_SETTING must be an address that starts with http or https."
    )


def test_a_required_address_that_is_missing_stops_the_start(given: Given) -> None:
    given(None)
    assert sentence_of(lambda: env.address(NAME)) == "SOME_SETTING is not set; the portal cannot start without it."


def test_database_reads_every_part_of_the_address(given: Given) -> None:
    given("postgres://us%40er:p%2Fw@db.local:5433/my%20db?sslmode=require")
    assert env.database(NAME) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "my db",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "HOST": "db.local",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_database_takes_a_socket_directory_as_an_option(given: Given) -> None:
    given("postgresql://portal:secret@/portal?host=/run/pg&port=5432")
    found = env.database(NAME)
    assert (found["HOST"], found["PORT"], found["USER"], found["OPTIONS"]) == ("/run/pg", "5432", "portal", {})


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("mysql://u:geheim@h/n", "SOME_SETTING must start with postgres://; the portal runs on PostgreSQL only."),
        ("postgres://u:geheim@h", "SOME_SETTING names no database; it must end in /<database name>."),
        ("postgres://u:geheim@h/", "SOME_SETTING names no database; it must end in /<database name>."),
        ("postgres://u:geheim@h:70000/n", "SOME_SETTING has a port that is not a number from 0 to 65535."),
        ("postgres://u:geheim@h:x/n", "SOME_SETTING has a port that is not a number from 0 to 65535."),
        ("postgres://u:geheim@/n?port=x", "SOME_SETTING has a port that is not a number from 0 to 65535."),
        (None, "SOME_SETTING is not set; the portal cannot start without it."),
    ],
)
def test_database_refuses_what_is_no_address_of_postgresql(given: Given, value: str | None, sentence: str) -> None:
    given(value)
    said = sentence_of(lambda: env.database(NAME))
    assert said == sentence
    assert "geheim" not in said


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, []),
        ("", []),
        ("203.0.113.7", ["203.0.113.7/32"]),
        (" 203.0.113.0/24 , 2001:db8::/64,", ["203.0.113.0/24", "2001:db8::/64"]),
    ],
)
def test_networks_are_addresses_or_ranges(given: Given, value: str | None, found: list[str]) -> None:
    given(value)
    assert env.networks(NAME) == found


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("vnpay.vn", "SOME_SETTING must be IP addresses or networks separated by commas; it is 'vnpay.vn'."),
        (
            "203.0.113.7/24",
            "SOME_SETTING must be IP addresses or networks separated by commas; it is '203.0.113.7/24'.",
        ),
        (",", "SOME_SETTING must name at least one IP address or network; it is ','."),
    ],
)
def test_a_list_of_networks_that_is_wrong_or_names_none_stops_the_start(
    given: Given, value: str, sentence: str
) -> None:
    given(value)
    assert sentence_of(lambda: env.networks(NAME)) == sentence
