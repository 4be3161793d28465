"""A header of ours in responses."""

from typing import TypeVar

from django.http.response import HttpResponseBase

from agentex_web.api.openai.state import TurnState

CHAT = "X-Agentex-Chat"
"""The id of the chat, as in the address of its page."""
R = TypeVar("R", bound=HttpResponseBase)


def named(response: R, state: TurnState) -> R:
    """Adds the chat's id."""
    response.headers[CHAT] = str(state.turn.task_id)
    return response
