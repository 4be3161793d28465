"""Exports that come as ZIP archives."""

import io
import json
import zipfile

import pytest

from agentex_web.transfer import archives, child
from agentex_web.transfer.archives import documents_in
from agentex_web.transfer.conversation import TOO_MUCH, UNKNOWN, NotReadable


def zipped(**files: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".json", text)
    return body.getvalue()


def test_the_chats_of_an_archive_are_found() -> None:
    assert list(documents_in(b"[1]")) == [[1]]
    assert list(documents_in(zipped(user="{}", conversations="[1]"))) == [[1]]
    parts = {"export__conversations-001": "[2]", "export__conversations-000": "[1]", "export__user": "{}"}
    assert list(documents_in(zipped(**parts))) == [[1], [2]]


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
        list(documents_in(body))


@pytest.mark.parametrize("body", [damaged(zipfile.ZIP_DEFLATED), damaged(zipfile.ZIP_LZMA), misnamed()])
def test_a_damaged_archive_is_refused(body: bytes) -> None:
    with pytest.raises(NotReadable, match=UNKNOWN):
        list(documents_in(body))


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "BYTES", 1000)
    body = zipped(**{"conversations-1": json.dumps("a" * 600), "conversations-2": json.dumps("b" * 600)})
    with pytest.raises(NotReadable, match=TOO_MUCH):
        list(documents_in(body))


def test_the_chats_of_all_parts_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "CONVERSATIONS", 3)
    part = json.dumps([{"mapping": {}}, {"mapping": {}}])
    assert len(list(child.lines_in(zipped(**{"conversations-1": part})))) == 2
    lines = child.lines_in(zipped(**{"conversations-1": part, "conversations-2": part}))
    assert len([next(lines) for _ in range(3)]) == 3
    with pytest.raises(NotReadable, match=TOO_MUCH):
        next(lines)
