"""The ids of messages, derived from what a message is, so that writing it again finds the same row."""

import uuid


def model_message_id(run_id: str, activity_id: str, index: int) -> uuid.UUID:
    """The id of the ``index``-th output item of one model call; the same for each of its attempts."""
    return uuid.uuid5(uuid.UUID(run_id), f"{activity_id}/{index}")


def tool_message_id(turn_id: uuid.UUID, tool_call_id: str, kind: str) -> uuid.UUID:
    """The id of a tool call's request or response, independent of which write comes first.

    Derived from the turn, not the task: some servers number their calls from 1 in each answer.
    """
    return uuid.uuid5(turn_id, f"{kind}/{tool_call_id}")
