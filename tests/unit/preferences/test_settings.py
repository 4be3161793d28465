"""A person's settings: what the page saves, how pages use it, and the download of all personal data."""

import asyncio
import io
import json
import zipfile

import pytest
from django.test import Client

from agentex_web.accounts.settings_pages import _Archive
from agentex_web.limits import counting
from agentex_web.limits.local import LocalCounter
from agentex_web.preferences.models import Preferences
from tests.support.own_chats import a_chat, client_of, somebody

pytestmark = pytest.mark.django_db
CHOSEN = {
    "language": "de",
    "time_zone": "Europe/Berlin",
    "density": "compact",
    "send_key": "ctrl",
    "sound": "on",
}


@pytest.fixture(autouse=True)
def counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_local", LocalCounter())
    monkeypatch.setattr(counting._redis, "is_asked", lambda: False)


def test_strangers_are_sent_to_the_login(client: Client) -> None:
    for path in ("/settings/", "/settings/export/"):
        assert "/accounts/login/" in client.post(path).headers["Location"]


def test_what_is_chosen_is_kept_and_every_page_knows_it() -> None:
    ada = somebody()
    client = client_of(ada)
    saved = client.post("/settings/", CHOSEN)
    assert saved.status_code == 302 and saved.cookies["agentex_language"].value == "de"
    page = client.get("/settings/").content.decode()
    assert (
        '<html lang="de" data-zone="Europe/Berlin" data-density="compact" data-send-key="ctrl" data-sound="on">'
        in page
    )
    assert Preferences.objects.get(user=ada).time_zone == "Europe/Berlin"
    assert "Was Agenten über dich wissen sollen" in page and "Bis zu 2000 Zeichen" in page
    other = client_of(somebody()).get("/settings/").content.decode()
    assert "data-zone" not in other and "data-sound" not in other


def test_the_browsers_language_is_back_when_none_is_chosen() -> None:
    client = client_of(somebody())
    client.post("/settings/", CHOSEN)
    client.post("/settings/", {**CHOSEN, "language": ""})
    assert '<html lang="en"' in client.get("/settings/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize("field, value", [("language", "xx"), ("time_zone", "../etc"), ("density", "huge")])
def test_what_there_is_not_is_refused(field: str, value: str) -> None:
    ada = somebody()
    page = client_of(ada).post("/settings/", {**CHOSEN, field: value})
    assert page.status_code == 200 and "errorlist" in page.content.decode()
    assert not Preferences.objects.filter(user=ada).exists()


def test_the_export_holds_ones_own_chats_and_no_others() -> None:
    ada, eve = somebody(first_name="Ada"), somebody()
    mine, other = a_chat(ada, "How deep is the sea?", "Deep."), a_chat(eve, "a secret", "of Eve's")
    answer = client_of(ada).post("/settings/export/")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    archive = zipfile.ZipFile(io.BytesIO(body))
    texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert json.loads(texts["account.json"])["first_name"] == "Ada"
    chat = next(text for name, text in texts.items() if str(mine.pk) in name)
    assert "How deep is the sea?" in chat and "Deep." in chat
    assert not any("a secret" in text or str(other.pk) in name for name, text in texts.items())


def test_the_export_is_read_while_it_is_sent() -> None:
    async def first_of() -> tuple[bytes, int]:
        file = io.BytesIO(bytes(5 * _Archive.block_size))
        async for part in _Archive(file):
            return part, file.tell()
        raise AssertionError

    assert asyncio.run(first_of()) == (bytes(_Archive.block_size), _Archive.block_size)


def test_exports_are_limited() -> None:
    client = client_of(somebody())
    for _ in range(5):
        assert client.post("/settings/export/").status_code == 200
    assert client.post("/settings/export/").status_code == 302


def test_the_site_can_be_installed_and_its_worker_keeps_nothing_of_anybody(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest")
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    assert {icon["sizes"] for icon in manifest.json()["icons"]} == {"192x192", "512x512"}
    for icon in manifest.json()["icons"]:
        assert client.get(icon["src"]).status_code == 200, icon
    worker = b"".join(client.get("/service-worker.js").streaming_content).decode()  # type: ignore[attr-defined]
    assert "/offline/" in worker and "cache.put" not in worker
    page = client_of(somebody(first_name="Ada")).get("/offline/")
    assert "You are offline" in page.content.decode() and "Ada" not in page.content.decode()
