"""Exports that come as ZIP archives, or as JSON that is too long to be parsed at once."""

import gzip
import io
import json
import zipfile
from typing import Any

import pytest

from agentex_web.imports import archives, elements
from agentex_web.imports.archives import Archive
from agentex_web.imports.conversation import TOO_MUCH, UNKNOWN, NotReadable
from agentex_web.imports.elements import Oversized


def zipped(**files: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".json", text)
    return body.getvalue()


def elements_in(body: bytes) -> list[Any]:
    return list(Archive(body).elements())


def test_the_chats_of_an_archive_are_found() -> None:
    one, two = '[{"n": 1}]', '[{"n": 2}]'
    assert elements_in(b'{"n": 1}') == elements_in(one.encode()) == [{"n": 1}]
    assert elements_in(gzip.compress(one.encode())) == [{"n": 1}]
    assert elements_in(zipped(user="{}", conversations=one)) == [{"n": 1}]
    parts = {"export__conversations-001": two, "export__conversations-000": one, "export__user": "{}"}
    archive = Archive(zipped(**parts))
    shares = [archive.share for _ in archive.elements()]
    assert elements_in(zipped(**parts)) == [{"n": 1}, {"n": 2}] and shares == [0.5, 1.0]


@pytest.mark.parametrize("chunk", [1, 2, 7, 1 << 20])
def test_elements_are_found_wherever_the_chunks_end(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "CHUNK", chunk)
    given = [{"a": 'ö"]}[{\\'}, {"b": [{"c": '\\"'}, []]}, {}]
    for text in (json.dumps(given), json.dumps(given, indent=2, ensure_ascii=False)):
        assert elements_in(text.encode("utf-8-sig")) == given
    assert elements_in(b" [ ] \n") == []


def test_an_element_that_is_too_large_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "CHUNK", 50)
    monkeypatch.setattr(elements, "ELEMENT_BYTES", 300)
    given = [{"n": 1}, {"many": [str(number) for number in range(200)]}, {"n": 2}]
    assert elements_in(json.dumps(given).encode()) == [{"n": 1}, Oversized(), {"n": 2}]
    # One text without an end fails the whole file.
    with pytest.raises(NotReadable, match=TOO_MUCH):
        elements_in(json.dumps([{"text": "a" * 2_000}]).encode())


@pytest.mark.parametrize(
    "text", ["[1]", "[[1], 2]", '["a"]', '[{"n": 1}', '[{"n": 1}] x', '[{"n": 1} x {"n": 2}]', "[{]}"]
)
def test_what_is_no_list_of_documents_is_refused(text: str) -> None:
    with pytest.raises(NotReadable, match=UNKNOWN):
        elements_in(text.encode())


def damaged(method: int) -> bytes:
    """An archive with zeros in the middle of the packed chats."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as archive:
        archive.writestr("conversations.json", json.dumps([str(number**5) for number in range(500)]))
    whole = body.getvalue()
    return whole[:200] + b"\0" * 400 + whole[600:]


def misnamed() -> bytes:
    """An archive whose member's name claims to be UTF-8 and is not."""
    return zipped(**{"ü/conversations": "[1]"}).replace("ü".encode(), b"\xff\xff")


@pytest.mark.parametrize("body", [zipped(user="{}"), zipped(conversations="[")[:-30], b"PK\x03\x04", b"{"])
def test_what_holds_no_chats_is_refused(body: bytes) -> None:
    with pytest.raises(NotReadable, match=UNKNOWN):
        elements_in(body)


@pytest.mark.parametrize("body", [damaged(zipfile.ZIP_DEFLATED), damaged(zipfile.ZIP_LZMA), misnamed()])
def test_a_damaged_archive_is_refused(body: bytes) -> None:
    with pytest.raises(NotReadable, match=UNKNOWN):
        elements_in(body)


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "BYTES", 1000)
    part = json.dumps([{"a": "a" * 600}])
    with pytest.raises(NotReadable, match=TOO_MUCH):
        elements_in(zipped(**{"conversations-1": part, "conversations-2": part}))
