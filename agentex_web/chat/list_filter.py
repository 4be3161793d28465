"""Which chats the list shows: all, or those of an agent, in a state, archived, or in a folder."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.http import QueryDict
from django.utils.http import urlencode

from agentex_web.tasks.models import Agent, Task, Turn
from agentex_web.waits.models import Wait

STATES = ("running", "waiting", "failed", "unread")


@dataclass(frozen=True)
class ListFilter:
    """Which chats the list shows.

    Attributes:
        agent: the agent's name; empty for all.
        state: one of ``STATES``; empty for all.
        archived: True shows the archived chats instead of the others.
        folder: the folder's id; None for all.
    """

    agent: str = ""
    state: str = ""
    archived: bool = False
    folder: int | None = None

    @classmethod
    def of(cls, given: QueryDict) -> "ListFilter":
        """From the query parameters; unknown values are ignored."""
        state, folder = given.get("state", ""), given.get("folder", "")
        return cls(
            agent=given.get("agent", "")[:100],
            state=state if state in STATES else "",
            archived="archived" in given,
            folder=int(folder) if folder.isascii() and folder.isdecimal() and len(folder) < 19 else None,
        )

    @property
    def is_plain(self) -> bool:
        """True if nothing is filtered. Only such a list is updated row by row."""
        return self == ListFilter()

    @property
    def query(self) -> str:
        """The URL's query string; empty for the whole list."""
        given: dict[str, Any] = {"agent": self.agent, "state": self.state, "folder": self.folder}
        given["archived"] = "1" if self.archived else ""
        return urlencode({name: value for name, value in given.items() if value})

    def apply(self, tasks: QuerySet[Task]) -> QuerySet[Task]:
        """Returns the chats that pass the filter.

        Args:
            tasks: annotated by `with_state`.
        """
        tasks = tasks.filter(archived_at__isnull=not self.archived)
        if self.agent:
            tasks = tasks.filter(Q(agent=self.agent) | Q(head__choices__agent=self.agent))
        if self.folder is not None:
            tasks = tasks.filter(folder=self.folder)
        return tasks.filter(_STATES[self.state]) if self.state else tasks


_STATES = {
    "running": Q(is_running=True),
    "waiting": Q(needs_owner=True),
    "failed": Q(has_failed=True),
    "unread": Q(is_unread=True),
}


def with_state(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Annotates ``is_running``, ``needs_owner``, ``has_failed`` and ``is_unread``, which a row shows, and
    ``chosen_agent``: the title of the agent that the person named with @, or None.
    """
    at_work = Turn.objects.filter(task=OuterRef("pk"), status__in=Turn.OPEN)
    asks = Wait.objects.filter(
        task=OuterRef("pk"), status=Wait.Status.WAITING, kind__in=Wait.FOR_PEOPLE, group=""
    )
    # An answer that was cut at the length limit is shown, and goes on with a button.
    failed = Q(head__status=Turn.Status.FAILED, head__cut={})
    chosen = Agent.objects.filter(pk=OuterRef("chosen_name"))
    answered = Q(head__status__in=(Turn.Status.DONE, Turn.Status.FAILED))
    return tasks.annotate(
        chosen_name=KeyTextTransform("agent", "head__choices"),
        chosen_agent=Subquery(chosen.values("title")[:1]),
        is_running=Exists(at_work),
        needs_owner=Exists(asks),
        has_failed=failed,
        is_unread=answered & Q(head__finished_at__gt=F("seen_at")),
    )
