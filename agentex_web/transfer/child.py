"""The child process that reads an export from standard input: ``python -m agentex_web.transfer.child``.

It writes a line of JSON for each conversation, or a line with ``error``. A bad file fails only its own
import: the process has limits for CPU time and memory, and does not import Django.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from typing import Any

from agentex_web.rendering.markdown import to_html
from agentex_web.transfer.archives import documents_in
from agentex_web.transfer.conversation import TOO_MUCH, NotReadable
from agentex_web.transfer.formats import conversations_in

CPU_SECONDS = 120
MEMORY_BYTES = 1_500_000_000
RENDERING_SECONDS = 60.0
"""Messages that are not rendered by then are rendered when the chat is opened."""
CONVERSATIONS = 5_000
"""Maximum conversations of a file, in all its documents together."""


def main() -> None:
    _limit()
    try:
        for line in lines_in(sys.stdin.buffer.read()):
            _write(line)
    except NotReadable as error:
        _write({"error": str(error)})


def lines_in(body: bytes) -> Iterator[dict[str, Any]]:
    """The conversations of a file, as ``read_export`` returns them.

    Raises:
        NotReadable: the format is unknown, or there are too many conversations.
    """
    began = time.monotonic()
    found = chain.from_iterable(map(conversations_in, documents_in(body)))
    for number, conversation in enumerate(found, 1):
        if number > CONVERSATIONS:
            raise NotReadable(TOO_MUCH)
        line = asdict(conversation)
        for turn in line["turns"]:
            is_early = time.monotonic() - began < RENDERING_SECONDS
            turn["html"] = [to_html(words) if is_early else "" for _, words in turn["answers"]]
        yield line


def _write(line: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _limit() -> None:
    """Limits CPU time and memory. Without such limits (Windows), only the parent's timeout applies."""
    try:
        import resource
    except ImportError:
        return
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
