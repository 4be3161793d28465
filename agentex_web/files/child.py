"""The child process that reads one file: ``python -m agentex_web.files.child``.

It reads a line of JSON (``encoding``, ``limits``) and the file's bytes from standard input. It writes a line
of JSON (the fields of ``ReadFile``, or ``error``) and the bytes of a converted image. It does not import
Django.
"""

import json
import sys
from dataclasses import asdict
from typing import Any

from agentex_web.files import kinds
from agentex_web.files.process_limits import limit_process
from agentex_web.files.result import Limits, ReadFile, Unreadable


def read(body: bytes, encoding: str, limits: Limits) -> ReadFile:
    """Reads one file, in the child process.

    Raises:
        Unreadable: no agent could use the file.
    """
    content_type = kinds.content_type_of(body)
    if content_type.startswith("image/"):
        from agentex_web.files.images import checked_image

        kept_type, kept = checked_image(content_type, body, limits)
        return ReadFile(kept_type, body=None if kept is body else kept)
    if content_type:
        from agentex_web.files.documents import document_text

        text, note = document_text(content_type, body, limits)
        return ReadFile(content_type, text.replace("\x00", ""), note=note)
    return _text(body, encoding, limits)


def _text(body: bytes, encoding: str, limits: Limits) -> ReadFile:
    from agentex_web.files.encodings import NotText, decode

    try:
        decoded = decode(body, encoding)
    except NotText:
        raise Unreadable(
            "This kind of file cannot be read. "
            "Attach text, a PDF, a Word, Excel or PowerPoint file, or an image."
        ) from None
    notes = []
    if decoded.damaged:
        notes.append(f"{decoded.damaged:,} characters could not be read as {decoded.encoding}.")
    if len(decoded.text) > limits.characters:
        notes.append(f"Only the first {limits.characters:,} characters are read.")
    is_plain = decoded.certain and decoded.encoding == "UTF-8" and not decoded.damaged
    text = decoded.text[: limits.characters]
    return ReadFile(kinds.TEXT, text, "" if is_plain else decoded.encoding, " ".join(notes))


def main() -> None:
    request: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**request["limits"])
    limit_process(limits.cpu_seconds, limits.memory_bytes)
    body = sys.stdin.buffer.read()
    try:
        found = read(body, request["encoding"], limits)
    except Unreadable as error:
        answer: dict[str, Any] = {"error": str(error)}
        converted = b""
    else:
        converted = found.body or b""
        answer = {**asdict(found), "body": None, "converted": len(converted)}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + converted)


if __name__ == "__main__":
    main()
