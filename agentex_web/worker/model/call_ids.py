"""Replaces the ids of tool calls: servers reuse ids, restart at 0 in each answer, or send none.

A card, a result and the next request find their call by its id, so the id must be unique in the chat. Each
call in a model's stream therefore gets an id derived from the model call and the number of the output item;
each attempt of the model call derives the same id. The model receives the whole conversation with these ids.
Item ids (``fc_…``, ``rs_…``), by which the Responses API pairs reasoning with calls, are not changed.
"""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from typing import Any

from agents.models.fake_id import FAKE_RESPONSES_ID

_CALLS = frozenset(
    {
        "function_call",
        "custom_tool_call",
        "computer_call",
        "local_shell_call",
        "shell_call",
        "apply_patch_call",
    }
)
"""Types of output items whose results this product sends."""
_LENGTH = 9
"""Mistral's API, and vLLM with Mistral's tokenizer, accept only ids of exactly nine letters and digits."""
_LONGEST = 64
"""The Responses API accepts ids of up to 64 characters."""
_OURS = re.compile(rf"\A(.+)__[0-9A-Za-z]{{{_LENGTH}}}")


class CallIds:
    """The ids of one model call's tool calls.

    Args:
        key: identifies the model call; the same in all its attempts.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._streamed: dict[int, tuple[str, str]] = {}
        """Maps the number of the output item to the server's id and ours."""

    async def renamed(self, events: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Yields the events of a model's stream with each call's id replaced, also in the final response."""
        async for event in events:
            if event.type == "response.completed":
                self._rename_all(event.response.output)
            item = getattr(event, "item", None)
            if hasattr(item, "call_id"):
                yield _with_item(event, self._renamed(event.output_index, item))
            else:
                yield event

    def _renamed(self, index: int, item: Any) -> Any:
        is_call = getattr(item, "type", "") in _CALLS
        return _with_id(item, self._id(index, item) if is_call else self._answered(item.call_id))

    def _id(self, index: int, item: Any) -> str:
        known = self._streamed.get(index)
        # Some servers send the id only with the complete item; keep the id that was streamed first.
        ours = known[1] if known else own_id(item, f"{self._key}/{index}")
        self._streamed[index] = (item.call_id or "", ours)
        return ours

    def _answered(self, call_id: str) -> str:
        """Our id of the call that a result belongs to, for results that the server itself adds."""
        found = [ours for theirs, ours in self._streamed.values() if theirs == call_id]
        return found[-1] if found else call_id

    def _rename_all(self, output: list[Any]) -> None:
        """Renames calls in the final response, where a call may be new or have another number than before."""
        free = dict(sorted(self._streamed.items()))
        for number, item in enumerate(output):
            if not hasattr(item, "call_id"):
                continue
            index = self._index_of(number, item, free)
            if getattr(item, "type", "") in _CALLS:
                free.pop(index, None)
            output[number] = self._renamed(index, item)

    def _index_of(self, number: int, item: Any, free: dict[int, tuple[str, str]]) -> int:
        theirs = item.call_id or ""
        if number in free and free[number][0] == theirs:
            return number
        same = [index for index, (streamed, _) in free.items() if streamed == theirs]
        if same or number in free:
            return [*same, number][0]
        return number if number not in self._streamed else max(self._streamed) + 1


def own_id(item: Any, key: str) -> str:
    """Makes the id for a call: nine letters and digits, appended to the server's id if the server stores it.

    Args:
        key: identifies the call in the whole product; the id is derived from it.
    """
    digest = hashlib.sha256(key.encode()).digest()
    letters = base64.b64encode(digest, altchars=b"00").decode()
    short = letters[:_LENGTH]
    given = str(getattr(item, "call_id", "") or "")
    is_kept_by_server = getattr(item, "id", None) not in (None, FAKE_RESPONSES_ID)
    if is_kept_by_server and re.fullmatch(r"[\w-]+", given, re.ASCII):
        whole = f"{given}__{short}"
        if len(whole) <= _LONGEST:
            return whole
    return short


def with_server_ids(items: Any) -> Any:
    """Returns the input with the server's own ids, for requests that refer to a conversation that the server
    stores (``previous_response_id``, ``conversation_id``).
    """
    if not isinstance(items, list):
        return items
    return [
        {**item, "call_id": found[1]}
        if isinstance(item, dict) and (found := _OURS.fullmatch(str(item.get("call_id", ""))))
        else item
        for item in items
    ]


def _with_id(item: Any, call_id: str) -> Any:
    return item if item.call_id == call_id else item.model_copy(update={"call_id": call_id})


def _with_item(event: Any, item: Any) -> Any:
    if event.item is item or not hasattr(event, "model_copy"):
        return event
    return event.model_copy(update={"item": item})
