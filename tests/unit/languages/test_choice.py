"""The language and time zone of a browser: cookies first, then its headers."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format

from agentex_web.languages import scripts
from agentex_web.languages.choice import activate_for_socket
from agentex_web.tasks.threads import in_database


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    translation.deactivate()
    timezone.deactivate()


def test_a_page_is_in_the_language_that_the_browser_asks_for(client: Client) -> None:
    for asked, lang in (("de-AT,de;q=0.9", "de"), ("fr", "en"), ("x" * 10_000, "en")):
        page = client.get("/nowhere/", headers={"accept-language": asked})
        assert f'<html lang="{lang}">' in page.content.decode()


def test_the_cookie_wins_over_what_the_browser_asks_for(client: Client) -> None:
    client.cookies["agentex_language"] = "en"
    assert '<html lang="en">' in client.get("/nowhere/", headers={"accept-language": "de"}).content.decode()


def test_a_socket_has_the_language_and_the_zone_of_its_page() -> None:
    cookies = {"agentex_language": "de", "agentex_zone": "America%2FNew_York"}
    activate_for_socket({"cookies": cookies, "headers": []})
    assert translation.get_language() == "de"
    assert timezone.get_current_timezone_name() == "America/New_York"


@pytest.mark.parametrize("zone", ["", "../../etc/passwd", "Nowhere", "%00", "a" * 5_000])
def test_a_zone_that_does_not_exist_is_the_sites(zone: str) -> None:
    activate_for_socket({"cookies": {"agentex_zone": zone}, "headers": [(b"accept-language", b"\xff")]})
    assert timezone.get_current_timezone_name() == "UTC"


def test_scripts_have_their_texts_at_an_address_that_changes_with_them(client: Client) -> None:
    with translation.override("en"):
        assert scripts.address() == ""
    with translation.override("de"):
        address = scripts.address()
    answer = client.get(address)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"] and "Cookie" not in answer.headers.get("Vary", "")
    for other in ("/i18n/de.0.js", "/i18n/fr.0.js", "/i18n/en..js", address.replace("de.", "en.")):
        assert client.get(other).status_code == 404


# The thread may hold a connection from an earlier test; checking it counts as database access.
@pytest.mark.django_db
def test_what_runs_in_a_thread_of_the_database_has_the_callers_language_and_zone() -> None:
    async def read() -> tuple[str | None, str]:
        activate_for_socket({"cookies": {"agentex_language": "de", "agentex_zone": "Asia/Tokyo"}})
        return await in_database(lambda: (translation.get_language(), timezone.get_current_timezone_name()))

    assert asyncio.run(read()) == ("de", "Asia/Tokyo")


def test_dates_and_times_are_written_in_one_way_in_each_language() -> None:
    moment = datetime(2026, 11, 7, 18, 53)
    for language, words in (("en", ["7 Nov 2026", "18:53"]), ("de", ["7. Nov 2026", "18:53"])):
        with translation.override(language):
            assert date_format(moment, "DATETIME_FORMAT") == ", ".join(words)
            assert [date_format(moment, "DATE_FORMAT"), date_format(moment, "TIME_FORMAT")] == words


def test_large_numbers_are_grouped_as_the_language_does() -> None:
    shown = {
        "turn": {"usage": {"input": 20_000, "output": 2_615}},
        "chat": {"total": 22_615, "context": 20_001},
    }
    for language, mark in (("en", ","), ("de", ".")):
        with translation.override(language):
            text = render_to_string("chat/_details.html", {**shown, "window": 128_000})
        for number in ("20{}000", "2{}615", "22{}615", "20{}001", "128{}000"):
            assert number.format(mark) in text
