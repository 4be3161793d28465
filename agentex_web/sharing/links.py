"""Creates, finds and revokes links. For readers, a revoked link does not exist."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from agentex_web.chat.conversation import turn_views
from agentex_web.chat.message_views import TurnView
from agentex_web.sharing.models import Share
from agentex_web.sharing.snapshots import as_shared, lengths_of, shows
from agentex_web.tasks.models import Attachment, Message, Task, Turn

MOST = 500
"""Maximum number of links that a person's page lists."""
REVOKED = 20
"""How many revoked links of a chat are kept, for the admin."""


class NothingToShare(Exception):
    """No turn of the shown branch has ended."""


def links_of(owner_id: int) -> QuerySet[Share]:
    """The person's working links, latest first."""
    shares = Share.objects.filter(task__owner=owner_id, task__delete_at=None, revoked_at=None)
    return shares.select_related("task__agent")[:MOST]


def link_to(task: Task) -> Share | None:
    return Share.objects.filter(task=task, revoked_at=None).first()


def share(task: Task, *, with_tools: bool, with_files: bool) -> Share:
    """Creates the chat's link, or updates it to the branch that the chat shows now.

    Raises:
        NothingToShare: no turn of this branch has ended.
        Http404: the chat was deleted, or the link was revoked, at the same moment.
    """
    fields: dict[str, Any] = {"with_tools": with_tools, "with_files": with_files}
    try:
        with transaction.atomic():
            # Locked, so that the turn is not continued before its lengths are read.
            locked = Task.objects.select_for_update().only("head").filter(pk=task.pk).first()
            if locked is None:
                raise Http404("There is no such chat.")
            head = _last_ended(locked)
            if head is None:
                raise NothingToShare
            fields |= {"head": head, "lengths": lengths_of(head)}
            found, _ = Share.objects.update_or_create(task=task, revoked_at=None, defaults=fields)
    except IntegrityError:
        # Another tab created it at the same moment.
        created = link_to(task)
        if created is None:
            raise Http404("There is no such chat.") from None
        return created
    return found


def _last_ended(task: Task) -> Turn | None:
    """The last turn of the shown branch that has ended, as have all before it."""
    turns = {turn.pk: turn for turn in task.turns.only("pk", "parent", "status")}
    turn = turns.get(task.head_id) if task.head_id else None
    last: Turn | None = None
    while turn is not None:
        if turn.status in Turn.OPEN:
            # A turn that was stopped while it waited may have ended before the one that it follows.
            last = None
        elif last is None and turn.status != Turn.Status.WITHDRAWN:
            last = turn
        turn = turns.get(turn.parent_id) if turn.parent_id else None
    return last


def revoke(owner_id: int, share_id: int) -> None:
    """Removes a link, so that nobody can open it any more.

    Raises:
        Http404: the link does not exist or belongs to someone else.
    """
    link = Share.objects.filter(pk=share_id, task__owner=owner_id, revoked_at=None).first()
    if link is None:
        raise Http404("There is no such link.")
    link.revoked_at = timezone.now()
    link.save(update_fields=("revoked_at",))
    revoked = Share.objects.filter(task=link.task_id).exclude(revoked_at=None).order_by("-revoked_at")
    Share.objects.filter(pk__in=list(revoked.values_list("pk", flat=True)[REVOKED:])).delete()


def shared(token: str) -> Share:
    """The link with its chat.

    Raises:
        Http404: the link does not exist or was revoked, the chat is deleted, or its owner's account is not
            active.
    """
    found = Share.objects.filter(
        token=token, revoked_at=None, task__delete_at=None, task__owner__is_active=True
    )
    share = found.select_related("task__agent", "task__owner", "head").first()
    if share is None:
        raise Http404("This link no longer works.")
    return share


def shared_turns(share: Share) -> list[TurnView]:
    """The turns that a link shows, without what was added later. Its last turn may be continuing now."""
    found: list[TurnView] = []
    for view in turn_views(share.task, {}, share.head_id):
        if share.lengths and view.turn.pk == share.head_id:
            view.messages = as_shared(view.messages, share.lengths)
        elif view.turn.status in Turn.OPEN:
            continue
        found.append(view)
    return found


def shared_file(share: Share, attachment_id: uuid.UUID) -> Attachment:
    """A file of the turns that a link shows.

    Raises:
        Http404: the link does not include files, or has no file with this id.
    """
    if not share.with_files:
        raise Http404("There is no such file.")
    named: set[str] = set()
    rows = Message.objects.filter(turn__in=_turn_ids(share)).values_list("turn_id", "pk", "data")
    for data in (data for turn_id, pk, data in rows if shows(share, turn_id, pk)):
        named |= {str(each.get("id")) for each in data.get("attachments", [])} | set(data.get("images", []))
    row = Attachment.objects.filter(pk=attachment_id, owner=share.task.owner_id).defer("text").first()
    if row is None or str(row.pk) not in named:
        raise Http404("There is no such file.")
    return row


def _turn_ids(share: Share) -> list[uuid.UUID]:
    parents = dict(share.task.turns.order_by().values_list("pk", "parent_id"))
    ids: list[uuid.UUID] = []
    turn: uuid.UUID | None = share.head_id
    while turn is not None:
        ids.append(turn)
        turn = parents.get(turn)
    return ids
