"""Corrects Chat Completions streams of servers that give all tool calls the same index.

openai-agents 0.22 joins the deltas of a tool call by their index. The compatible endpoints of Gemini and
Ollama, and servers behind LiteLLM, send each parallel call as a whole, with index 0. The SDK joins them into
one call, whose arguments are not valid JSON. No upstream issue is known; BerriAI/litellm#16194 is the same
fault in another framework.
"""

import json
from dataclasses import dataclass
from typing import Any

from openai.types.chat import ChatCompletionChunk


@dataclass
class _Call:
    """The call that one of the server's indexes currently refers to."""

    index: int
    call_id: str = ""
    arguments: str = ""

    @property
    def is_whole(self) -> bool:
        try:
            return isinstance(json.loads(self.arguments), dict)
        except ValueError:
            return False


class CallIndexes:
    """Assigns the indexes of the tool calls in one stream."""

    def __init__(self) -> None:
        self._calls: dict[int, _Call] = {}
        self._count = 0

    def correct(self, chunk: ChatCompletionChunk) -> None:
        """Changes the chunk in place: each tool call gets an index that is unique in the stream."""
        for choice in chunk.choices:
            if choice.index == 0 and choice.delta is not None:
                for delta in choice.delta.tool_calls or []:
                    delta.index = self._index(delta)

    def _index(self, delta: Any) -> int:
        # Some servers send no index.
        theirs = delta.index or 0
        name = getattr(delta.function, "name", None) or ""
        arguments = getattr(delta.function, "arguments", None) or ""
        call = self._calls.get(theirs)
        if call is None or _begins_another(call, delta.id or "", name, arguments):
            call = self._calls[theirs] = _Call(self._count)
            self._count += 1
        call.call_id = call.call_id or delta.id or ""
        call.arguments += arguments
        return call.index


def _begins_another(call: _Call, call_id: str, name: str, arguments: str) -> bool:
    """True if a delta cannot belong to the call. Some servers repeat the call's name and id in each delta."""
    if not name:
        return False
    has_other_id = bool(call_id and call.call_id and call_id != call.call_id)
    if has_other_id:
        return call.is_whole or not call.arguments
    return call.is_whole and bool(arguments)
