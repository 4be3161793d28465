"""Reads the elements of a large JSON array one at a time. Imports only the standard library.

A list of 400 MB takes a gigabyte and more as Python objects, so only one element is parsed at a time.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from agentex_web.imports.conversation import TOO_MUCH, UNKNOWN, NotReadable

CHUNK = 1 << 20
ELEMENT_BYTES = 48_000_000
"""Maximum size of an element; a larger one is left out."""
WHOLE_BYTES = 100_000_000
"""Maximum size of a document that is no array."""
_BRACKET, _QUOTE = frozenset(b"[{"), ord('"')
# A whole string, or a bracket, or the quote of a string that has not ended yet.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]"]', re.DOTALL)


@dataclass(frozen=True)
class Oversized:
    """An element that is larger than ``ELEMENT_BYTES``."""


def elements_of(stream: BinaryIO) -> Iterator[Any]:
    """The elements of the array in the stream, or the one document that is no array.

    Raises:
        NotReadable: it is neither, or it ends too early.
    """
    start = stream.read(max(CHUNK, 64))
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        yield from _array(text, stream)
        return
    whole = start + stream.read(WHOLE_BYTES)
    if len(whole) > WHOLE_BYTES:
        raise NotReadable(TOO_MUCH)
    yield _parsed(whole)


def _array(start: bytes, stream: BinaryIO) -> Iterator[Any]:
    buffer = bytearray(start)
    scanned, depth = 0, 0  # How far the buffer was searched, and how many brackets are open there.
    begin = 0  # Where the current element begins, or what stands before the next one.
    is_dropped = False  # The current element is too large, and its beginning is gone.
    while True:
        for token in _TOKEN.finditer(buffer, scanned):
            first = buffer[token.start()]
            if first == _QUOTE and token.end() == token.start() + 1:
                break  # The string continues beyond the buffer.
            scanned = token.end()
            if first == _QUOTE:
                continue
            depth += 1 if first in _BRACKET else -1
            if depth == 2 and first in _BRACKET:
                _between(buffer[begin : token.start()])
                begin, is_dropped = token.start(), False
            elif depth == 1 and first not in _BRACKET:
                yield Oversized() if is_dropped else _parsed(bytes(buffer[begin:scanned]))
                begin = scanned
            elif depth == 0:
                _between(buffer[begin : token.start()])
                _between(buffer[scanned:] + stream.read(CHUNK))
                return
        if depth > 1 and scanned - begin > ELEMENT_BYTES:
            is_dropped, begin = True, scanned
        # What follows `begin` belongs to an element that has not ended.
        del buffer[:begin]
        scanned, begin = scanned - begin, 0
        if len(buffer) > 2 * ELEMENT_BYTES:
            raise NotReadable(TOO_MUCH)
        # At least as much again, so that a long string is not searched for its end many times.
        more = stream.read(max(CHUNK, len(buffer)))
        if not more:
            raise NotReadable(UNKNOWN)
        buffer += more


def _between(text: bytes | bytearray) -> None:
    if text.strip(b" \t\r\n,["):
        raise NotReadable(UNKNOWN)


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NotReadable(UNKNOWN) from None
