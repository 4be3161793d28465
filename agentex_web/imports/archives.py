"""The conversations of an uploaded file as Python values: JSON, compressed or not, or those of a ZIP archive.
Imports only the standard library.

ChatGPT sends its export as an archive with ``conversations.json``, or with parts such as
``conversations-000.json`` if there are many chats.
"""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, BinaryIO, cast

from agentex_web.imports.conversation import TOO_MUCH, UNKNOWN, NotReadable
from agentex_web.imports.elements import elements_of

try:
    from lzma import LZMAError
except ImportError:  # Some builds of Python have no lzma; their zipfile does without it too.
    LZMAError = zlib.error  # type: ignore[assignment,misc]

ARCHIVE, GZIP = b"PK\x03\x04", b"\x1f\x8b"
BYTES = 1_000_000_000
"""Maximum size of the unpacked documents together."""
MEMBERS = 1_000
_DAMAGED = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, LZMAError, EOFError, OSError)
_CHATGPT = re.compile(r"(?:^|/)conversations(?:-\d{1,4})?\.json$")


class _Counted(io.RawIOBase):
    """A stream that calls ``count`` with the number of bytes of each read."""

    def __init__(self, stream: IO[bytes], count: Callable[[int], None]) -> None:
        self._stream, self._count = stream, count

    def read(self, size: int = -1) -> bytes:
        read = self._stream.read(size)
        self._count(len(read))
        return read


class Archive:
    """An uploaded file.

    Attributes:
        share: how much of the file has been read, from 0 to 1.
    """

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._unpacked = 0
        self.share = 0.0

    def elements(self) -> Iterator[Any]:
        """The elements of all its documents (``elements_of``).

        Raises:
            NotReadable: the file is neither JSON nor an archive with chats, or it is too large.
        """
        try:
            if self._body.startswith(ARCHIVE):
                yield from self._members()
            elif self._body.startswith(GZIP):
                packed = io.BytesIO(self._body)
                with gzip.open(packed) as stream:
                    yield from self._read(cast("IO[bytes]", stream), lambda: packed.tell() / len(self._body))
            else:
                size = len(self._body) or 1
                yield from self._read(io.BytesIO(self._body), lambda: self._unpacked / size)
        # RuntimeError: the archive needs a password or an unknown method. ValueError: a name is not UTF-8.
        except (*_DAMAGED, RuntimeError, ValueError):
            raise NotReadable(UNKNOWN) from None

    def _members(self) -> Iterator[Any]:
        with zipfile.ZipFile(io.BytesIO(self._body)) as archive:
            names = sorted(name for name in archive.namelist() if _CHATGPT.search(name))[:MEMBERS]
            if not names:
                raise NotReadable(UNKNOWN)
            size = sum(archive.getinfo(name).file_size for name in names) or 1
            for name in names:
                with archive.open(name) as member:
                    yield from self._read(member, lambda: self._unpacked / size)

    def _read(self, stream: IO[bytes], share: Callable[[], float]) -> Iterator[Any]:
        def count(read: int) -> None:
            self._unpacked += read
            if self._unpacked > BYTES:
                raise NotReadable(TOO_MUCH)
            self.share = min(1.0, share())

        return elements_of(cast("BinaryIO", _Counted(stream, count)))
