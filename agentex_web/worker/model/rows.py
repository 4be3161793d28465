"""Converts a draft to the row that stores it, and to the event that announces it."""

from agentex_web.rendering.fences import fence_of
from agentex_web.rendering.fields import fields_html, is_fields
from agentex_web.rendering.markdown import to_html
from agentex_web.streams.events import MessageStarted
from agentex_web.tasks.models import Message
from agentex_web.turns.tool_limits import bounded
from agentex_web.worker.model.call import Call
from agentex_web.worker.model.drafts import Draft

Kind, Status = Message.Kind, Message.Status

DECLINED = "The model declined to answer."


def started(call: Call, draft: Draft) -> MessageStarted:
    return MessageStarted(
        message=str(call.message_id(draft)),
        turn=call.context.turn_id,
        position=call.position(draft),
        kind=draft.kind,
        agent_name=call.context.agent_name,
        tool_name=draft.tool_name,
        tool_call_id=draft.tool_call_id,
        attempt=call.attempt,
        call=call.id,
        started_at=draft.started_at.isoformat(),
        label=draft.data.get("label", ""),
        inside=call.context.parent_tool_call_id,
        structured=call.structured and (draft.kind == Kind.TEXT or "label" in draft.data),
        checks=bool(draft.data.get("checks")),
    )


def row(call: Call, draft: Draft, status: Message.Status, error: str = "") -> Message:
    """Builds the row of a draft.

    Args:
        status: status of the whole call. A refused part becomes FAILED instead, and a finished function call
            becomes PENDING until a hook reports that its tool runs.
    """
    if draft.refused and status == Status.DONE:
        status, error = Status.FAILED, DECLINED
    if draft.kind == Kind.TOOL_REQUEST and status == Status.DONE and not draft.hosted:
        # The tool was called but does not run yet; the hooks record when it starts and ends.
        status = Status.PENDING
    if draft.data.get("status") == "failed":
        status, error = Status.FAILED, str(draft.data.get("error", ""))
    inside = {"inside": call.context.parent_tool_call_id} if call.context.parent_tool_call_id else {}
    return Message(
        pk=call.message_id(draft),
        turn_id=call.turn_id,
        position=call.position(draft),
        author=Message.Author.AGENT,
        kind=draft.kind,
        status=status,
        content=draft.text if status == Status.STREAMING else content_of(draft),
        data={**draft.data, **inside, "call": call.id},
        html=_html(call, draft) if status != Status.STREAMING else "",
        error="" if status == Status.DONE else error,
        agent_name=call.context.agent_name,
        tool_name=draft.tool_name,
        tool_call_id=draft.tool_call_id,
        attempt=call.attempt,
        started_at=draft.started_at,
        finished_at=draft.finished_at,
    )


def content_of(draft: Draft) -> str:
    """The text to store. A call whose arguments are too long is not run, so their beginning is enough."""
    return str(bounded(draft.text)) if draft.kind == Kind.TOOL_REQUEST and not draft.hosted else draft.text


def _html(call: Call, draft: Draft) -> str:
    match draft.kind:
        case Kind.TEXT | Kind.REASONING if _is_structured(call, draft):
            return fields_html(draft.text)
        case Kind.TEXT | Kind.REASONING:
            return to_html(draft.text)
        case _ if draft.data.get("hosted") == "code_interpreter_call" and draft.text:
            fence = fence_of(draft.text)
            return to_html(f"{fence}python\n{draft.text}\n{fence}")
        case _:
            return ""


def _is_structured(call: Call, draft: Draft) -> bool:
    is_answer = draft.kind == Kind.TEXT or call.context.quiet
    return call.structured and is_answer and not draft.refused and is_fields(draft.text)
