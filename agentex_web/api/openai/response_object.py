"""The object ``response`` of the Responses API, and its status."""

from agentex_web.api.openai.errors import Json
from agentex_web.api.openai.items import output_of, text_item
from agentex_web.api.openai.state import TurnState
from agentex_web.api.openai.wanted import CONVERSATION, RESPONSE
from agentex_web.tasks.models import Turn

STATUSES: dict[str, str] = {
    Turn.Status.PENDING: "queued",
    Turn.Status.QUEUED: "queued",
    Turn.Status.RUNNING: "in_progress",
    Turn.Status.DONE: "completed",
    Turn.Status.INTERRUPTED: "cancelled",
    Turn.Status.FAILED: "failed",
    Turn.Status.WITHDRAWN: "cancelled",
}
WAITING = "waiting_for_person"
"""The reason with which a response is incomplete while its turn waits for a person."""


def response_of(state: TurnState, output: list[Json] | None = None) -> Json:
    """
    Args:
        output: the output items; by default those of the turn's messages.
    """
    turn, given = state.turn, state.given
    status = status_of(state)
    if output is None:
        output = output_of(state.rows)
        if state.notice:
            output.append(notice_item(state))
    return {
        "id": f"{RESPONSE}{turn.pk.hex}",
        "object": "response",
        "created_at": int(turn.created_at.timestamp()),
        "completed_at": int(turn.finished_at.timestamp())
        if turn.finished_at and status == "completed"
        else None,
        "status": status,
        "background": given.get("background", False),
        "conversation": {"id": f"{CONVERSATION}{turn.task_id.hex}"},
        "error": _error(state) if status == "failed" else None,
        "incomplete_details": _incomplete(state) if status == "incomplete" else None,
        "instructions": None,
        "max_output_tokens": None,
        "max_tool_calls": None,
        "metadata": given.get("metadata", {}),
        "model": state.agent,
        "output": output,
        "parallel_tool_calls": True,
        "previous_response_id": f"{RESPONSE}{turn.parent_id.hex}" if turn.parent_id else None,
        "reasoning": {"effort": turn.choices.get("effort"), "summary": None},
        "store": not turn.task.is_temporary,
        "temperature": turn.choices.get("temperature"),
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
        "truncation": "auto",
        "usage": usage_of(state) if status not in ("queued", "in_progress") else None,
        "user": None,
    }


def notice_item(state: TurnState) -> Json:
    """The text that says for what the turn waits."""
    return text_item(f"msg_{state.turn.pk.hex}_notice", state.notice)


def status_of(state: TurnState) -> str:
    if state.notice or (state.turn.status == Turn.Status.FAILED and state.turn.cut):
        return "incomplete"
    return STATUSES[state.turn.status]


def usage_of(state: TurnState) -> Json:
    usage = state.usage
    read, written = usage.get("input", 0), usage.get("output", 0)
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": usage.get("cached", 0), "cache_write_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": usage.get("reasoning", 0)},
        "total_tokens": read + written,
    }


def _error(state: TurnState) -> Json:
    return {"code": "server_error", "message": state.turn.error or "The agent failed."}


def _incomplete(state: TurnState) -> Json:
    return {"reason": WAITING if state.notice else "max_output_tokens"}
