"""The child process that reads an export from standard input: ``python -m agentex_web.imports.child``.

It writes a line of JSON for each conversation, or a line with ``error``. A bad file fails only its own
import: the process has limits for CPU time and memory, and does not import Django.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from agentex_web.files.process_limits import limit_process
from agentex_web.imports.archives import Archive
from agentex_web.imports.conversation import CHATS, LINE_BYTES, TOO_MANY, NotReadable
from agentex_web.imports.elements import Oversized
from agentex_web.imports.formats import conversations_in
from agentex_web.rendering.markdown import to_html

CPU_SECONDS = 600
MEMORY_BYTES = 1_500_000_000
RENDERING_SECONDS, CHAT_SECONDS = 120.0, 10.0
"""CPU time for all messages, and for those of one chat. The rest is rendered when a chat is opened."""


def main() -> None:
    limit_process(CPU_SECONDS, MEMORY_BYTES)
    try:
        for line in lines_in(sys.stdin.buffer.read()):
            _write(line)
    except NotReadable as error:
        _write({"error": str(error)})


def lines_in(body: bytes) -> Iterator[dict[str, Any]]:
    """The conversations of a file, as ``read_export`` returns them.

    Raises:
        NotReadable: the format is unknown, or the file is too large or has too many conversations.
    """
    for count, line in enumerate(_lines_in(body)):
        if count == CHATS:
            raise NotReadable(TOO_MANY)
        yield line


def _lines_in(body: bytes) -> Iterator[dict[str, Any]]:
    archive = Archive(body)
    for element in archive.elements():
        if isinstance(element, Oversized):
            yield {"oversized": True, "share": archive.share}
            continue
        for conversation in conversations_in(element):
            line = {**asdict(conversation), "share": archive.share}
            end = min(RENDERING_SECONDS, time.process_time() + CHAT_SECONDS)
            for turn in line["turns"]:
                is_early = time.process_time() < end
                turn["html"] = [to_html(words) if is_early else "" for _, words in turn["answers"]]
            yield line


def _write(line: dict[str, Any]) -> None:
    sys.stdout.buffer.write(encoded(line) + b"\n")


def encoded(line: dict[str, Any]) -> bytes:
    """The line as JSON. If it would be too long, a line with ``oversized``."""
    found = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace")
    return found if len(found) < LINE_BYTES else encoded({"oversized": True, "share": line["share"]})


if __name__ == "__main__":
    main()
