"""Puts a person's files into the model's input, in place of the references that came through Temporal."""

import base64
import re
import uuid
from collections import OrderedDict
from typing import Any

from agentex_web.tasks.models import Attachment
from agentex_web.tasks.threads import in_database
from agentex_web.turns.inputs import REFERENCE
from agentex_web.turns.running_activity import current_context

CACHE_LENGTH = 64_000_000
"""Characters of files in the worker's cache; every model call gets all files of its chat again."""
GONE = "(A file that was attached here has been deleted.)"

_REFERENCE = re.compile(rf"{REFERENCE}([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})")
_cache: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()


async def with_attachments(items: Any) -> Any:
    """Returns the input with each reference replaced by its image or text."""
    if not isinstance(items, list):
        return items
    wanted = {key for item in items for part in _parts(item) if (key := _file_id(part))}
    context = current_context()
    if not wanted or context is None:
        return items
    found = await _load(context.task_id, wanted)
    return [_filled(item, found) for item in items]


def _parts(item: Any) -> list[Any]:
    """The parts of a person's message; other items hold no references."""
    content = item.get("content") if isinstance(item, dict) and item.get("role") == "user" else None
    return content if isinstance(content, list) else []


def _file_id(part: Any) -> str:
    if not isinstance(part, dict):
        return ""
    match = _REFERENCE.fullmatch(str(part.get("image_url") or part.get("text") or ""))
    return match[1] if match else ""


def _filled(item: Any, found: dict[str, dict[str, Any]]) -> Any:
    parts = _parts(item)
    if not any(map(_file_id, parts)):
        return item
    gone = {"type": "input_text", "text": GONE}
    return {**item, "content": [found.get(key, gone) if (key := _file_id(part)) else part for part in parts]}


async def _load(task_id: str, wanted: set[str]) -> dict[str, dict[str, Any]]:
    found = {key: _cache[task_id, key] for key in wanted if (task_id, key) in _cache}
    if missing := wanted - set(found):
        found |= await in_database(_read, task_id, missing)
    # Mark them as most recently used: during the read, another call may have evicted some of them.
    for key, part in found.items():
        _cache[task_id, key] = part
        _cache.move_to_end((task_id, key))
    while len(_cache) > 1 and sum(map(_length, _cache.values())) > CACHE_LENGTH:
        _cache.popitem(last=False)
    return found


def _length(part: dict[str, Any]) -> int:
    return len(part.get("image_url") or part["text"])


def _read(task_id: str, keys: set[str]) -> dict[str, dict[str, Any]]:
    # Only files of the task's owner: a person may write a reference to someone else's file.
    rows = Attachment.objects.filter(pk__in=map(uuid.UUID, keys), owner__tasks=uuid.UUID(task_id))
    found = {}
    for row in rows:
        try:
            found[str(row.pk)] = _part(row)
        except FileNotFoundError:
            continue
    return found


def _part(row: Attachment) -> dict[str, Any]:
    if not row.is_image:
        return {"type": "input_text", "text": f"The file “{row.name}”:\n\n{row.text}"}
    with row.file.open("rb") as file:
        body = base64.b64encode(file.read()).decode()
    return {"type": "input_image", "image_url": f"data:{row.content_type};base64,{body}", "detail": "auto"}
