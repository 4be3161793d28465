"""The actions that staff may perform on tasks (acting.py), and who may perform them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agentex_web.oversight import acting
from agentex_web.oversight.status import is_paused
from agentex_web.tasks.models import Task

PAUSE_PERMISSION = "waits.pause_chats"


@dataclass(frozen=True)
class Act:
    """An action of staff on a task.

    Attributes:
        name: the name in URLs and forms.
        title: the label of the button.
        happens: what the action will do, shown before it is confirmed.
        done: what is written to the log.
        run: performs the action on one task; returns False if there was nothing to do.
        permission: the Django permission that the person needs.
    """

    name: str
    title: str | Promise
    happens: str | Promise
    done: str
    run: Callable[[Task, User], bool]
    permission: str = "tasks.change_task"
    is_dangerous: bool = False


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act(
            "stop",
            _("Stop"),
            _("The agent stops, and waiting messages are not answered. The conversation so far is kept."),
            "Stopped.",
            acting.stop,
        ),
        Act(
            "undo",
            _("Stop and undo"),
            _(
                "The agent stops, and undoes the steps of its running turn that can be undone, the latest "
                "first. Waiting messages are not answered. The conversation so far is kept."
            ),
            "Stopped, and asked to undo.",
            acting.stop_and_undo,
            is_dangerous=True,
        ),
        Act(
            "retry",
            _("Retry"),
            _("The last message is sent to the agent again, if its turn failed or was stopped."),
            "Retried.",
            acting.retry,
        ),
        Act(
            "pause",
            _("Pause"),
            _("The current call finishes, and nothing new starts. Messages wait until the chat is resumed."),
            "Paused.",
            acting.pause,
            permission=PAUSE_PERMISSION,
        ),
        Act(
            "resume",
            _("Resume"),
            _("The chat continues where it was paused, and waiting messages are answered."),
            "Resumed.",
            acting.resume,
            permission=PAUSE_PERMISSION,
        ),
        Act(
            "end",
            _("End"),
            _("The agent stops, and the chat accepts no more messages. Its owner can still read it."),
            "Ended.",
            acting.end,
            is_dangerous=True,
        ),
        Act(
            "delete",
            _("Delete"),
            _("The chat, its files and its history are deleted for everyone. This cannot be undone."),
            "Deleted.",
            acting.delete,
            permission="tasks.delete_task",
            is_dangerous=True,
        ),
    )
}


def acts_of(user: Any) -> list[Act]:
    """The actions that the person may perform."""
    return [act for act in ACTS.values() if user.has_perm(act.permission)]


def acts_for(user: Any, task: Task) -> list[Act]:
    """The actions that the person may perform on this task: either Pause or Resume, and Stop and undo if the
    running turn has done something that can be undone.
    """
    not_offered = {"pause" if is_paused(task) else "resume"}
    if not acting.undoable_steps([task]):
        not_offered.add("undo")
    return [act for act in acts_of(user) if act.name not in not_offered]
