"""The JSON documents of an uploaded file: one, or those of a ZIP archive. Imports only the standard library.

ChatGPT sends its export as an archive with ``conversations.json``, or with parts such as
``conversations-000.json`` if there are many chats.
"""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from agentex_web.transfer.conversation import TOO_MUCH, UNKNOWN, NotReadable

try:
    from lzma import LZMAError
except ImportError:  # Some builds of Python are without it, and their zipfile too.
    LZMAError = zlib.error  # type: ignore[assignment,misc]

ARCHIVE = b"PK\x03\x04"
BYTES = 400_000_000
"""Maximum size of the unpacked documents together."""
MEMBERS = 1_000
_DAMAGED = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, LZMAError, EOFError, OSError)
_CHATGPT = re.compile(r"(?:^|/)conversations(?:-\d{1,4})?\.json$")


def documents_in(body: bytes) -> Iterator[Any]:
    """
    Raises:
        NotReadable: the file is neither JSON nor an archive with chats, or it is too large.
    """
    if not body.startswith(ARCHIVE):
        yield _parsed(body)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            left = BYTES
            for name in _members(archive.namelist()):
                with archive.open(name) as member:
                    text = member.read(left + 1)
                left -= len(text)
                if left < 0:
                    raise NotReadable(TOO_MUCH)
                yield _parsed(text)
    # RuntimeError: the archive needs a password, or its method is unknown. ValueError: a name is not UTF-8.
    except (*_DAMAGED, RuntimeError, ValueError):
        raise NotReadable(UNKNOWN) from None


def _members(names: list[str]) -> list[str]:
    found = sorted(name for name in names if _CHATGPT.search(name))
    if not found:
        raise NotReadable(UNKNOWN)
    return found[:MEMBERS]


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NotReadable(UNKNOWN) from None
