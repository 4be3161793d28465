"""Other versions of a turn, and which branch of a task is shown."""

import uuid
from collections.abc import Collection
from dataclasses import replace

from agentex_web.journal.answering import stored_choices_again
from agentex_web.journal.change import Change, change
from agentex_web.journal.sent import Accepted, new_turn
from agentex_web.positions import OPENING
from agentex_web.streams.events import BranchChanged
from agentex_web.tasks.models import Task, Turn


def sibling(
    turn: Turn,
    content: str | None = None,
    keep: Collection[str] | None = None,
    message_id: uuid.UUID | None = None,
) -> Change[Accepted]:
    """Sends the turn's message again, or an edited one, as another version of the turn.

    Args:
        turn: with its task, which is locked until the transaction ends.
        keep: the ids of the message's files to send again; None for all.
        message_id: the new message's id; None for a random one.
    """
    said = turn.messages.get(position=OPENING)
    content = said.content if content is None else content
    files = [each for each in said.data.get("attachments", []) if keep is None or each["id"] in keep]
    data = {"attachments": files} if files else {}
    choices = stored_choices_again(turn)
    accepted = new_turn(turn.task, message_id or uuid.uuid4(), content, turn.parent_id, choices, data=data)
    # In place of the events of a message that continues the branch.
    return replace(accepted, events=[BranchChanged()])


def show_branch(task: Task, turn_id: uuid.UUID) -> Change[None]:
    """Shows, among the branches through this turn, the one with the latest turn."""
    below = {turn_id}
    last = turn_id
    # A turn is created after the one that it follows, so the last turn found here ends its branch.
    for turn, parent in task.turns.order_by("created_at").values_list("pk", "parent_id"):
        if parent in below:
            below.add(turn)
            last = turn
    with change(task.pk) as written:
        Task.objects.filter(pk=task.pk).update(head=last)
        written.add(BranchChanged())
    return written
