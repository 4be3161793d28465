"""The content of a message: its text and its files."""

import base64
import binascii
import mimetypes
import re
from typing import Any
from urllib.parse import unquote_to_bytes

from agentex_web.api.openai.errors import ApiError, Json
from agentex_web.api.openai.fields import invalid, object_of, objects_of, text_of
from agentex_web.api.openai.given import GivenFile, GivenMessage

TEXTS = ("text", "input_text", "output_text", "refusal")
_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w.+-]+=[^;,]*)*)(;base64)?,", re.ASCII)
NAME_LENGTH = 200


def message_of(role: str, content: Any, param: str) -> GivenMessage:
    """A message with this content: a text, or an array of parts.

    Raises:
        ApiError: a part is of a kind that agents cannot be given.
    """
    if content is None or isinstance(content, str):
        return GivenMessage(role, text_of({"content": content}, "content", param))
    texts: list[str] = []
    files: list[GivenFile] = []
    for number, part in enumerate(objects_of(content, param)):
        at = f"{param}[{number}]"
        kind = part.get("type")
        if kind in TEXTS:
            texts.append(text_of(part, "refusal" if kind == "refusal" else "text", at))
        elif kind in ("image_url", "input_image"):
            files.append(_image(part, at))
        elif kind in ("file", "input_file"):
            files.append(_file(part, at))
        else:
            raise ApiError(
                f"“{at}” has the type “{str(kind)[:50]}”. Agents can be sent texts, images and files.",
                param=at,
                code="unsupported_content",
            )
    return GivenMessage(role, "\n".join(filter(None, texts)), tuple(files))


def _image(part: Json, at: str) -> GivenFile:
    if uploaded := text_of(part, "file_id", at):
        return GivenFile(uploaded=uploaded)
    given = part.get("image_url")
    url = text_of(given if isinstance(given, dict) else {"url": given}, "url", at)
    return _from_data_url(url, "image", at)


def _file(part: Json, at: str) -> GivenFile:
    given = object_of(part, "file", at) if part.get("type") == "file" else part
    if uploaded := text_of(given, "file_id", at):
        return GivenFile(uploaded=uploaded)
    name = text_of(given, "filename", at)[-NAME_LENGTH:]
    data = text_of(given, "file_data", at)
    if not data:
        raise _only_data(at)
    if data.startswith("data:"):
        return _from_data_url(data, name, at)
    return GivenFile(name or "file", _decoded(data, at))


def _from_data_url(url: str, name: str, at: str) -> GivenFile:
    found = _DATA_URL.match(url)
    if found is None:
        raise _only_data(at)
    body = url[found.end() :]
    if "." not in name:
        name = (name or "file") + (mimetypes.guess_extension(found[1] or "text/plain") or "")
    return GivenFile(name, _decoded(body, at) if found[3] else unquote_to_bytes(body))


def _decoded(text: str, at: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise invalid(at, "its data is not base64") from None


def _only_data(at: str) -> ApiError:
    return ApiError(
        f"“{at}”: send the content itself, as a data URL (“data:image/png;base64,…”). The server fetches no "
        "addresses.",
        param=at,
        code="unsupported_content",
    )
