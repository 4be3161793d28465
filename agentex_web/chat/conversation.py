"""The turns of a conversation: its rows, combined with what is streaming right now."""

import uuid
from collections import defaultdict

from django.db.models import QuerySet

from agentex_web.chat.message_views import TurnView, message_of, message_views, show_as_sent
from agentex_web.streams.snapshot import LiveMessage
from agentex_web.tasks import branches
from agentex_web.tasks.models import Feedback, Message, Task, Turn

MOST_NAMED = 500
"""From this many turns on, a query names the task and not each turn: databases limit a query's parameters."""


def turn_views(task: Task, live: dict[str, LiveMessage], head: uuid.UUID | None = None) -> list[TurnView]:
    """The turns of the shown branch with their messages in order. Makes four queries, however long it is."""
    return views_of(task, shown_places(task, head), live)


def shown_places(task: Task, head: uuid.UUID | None = None) -> list[branches.TurnPlace]:
    """The places of the turns of the shown branch, oldest first.

    Reads the task again with them, so that its version is never newer than what is shown.
    """
    return [place for place in branches.places(task, head) if place.status != Turn.Status.WITHDRAWN]


def views_of(task: Task, places: list[branches.TurnPlace], live: dict[str, LiveMessage]) -> list[TurnView]:
    """These turns with their messages in order. Makes three queries."""
    is_long = len(places) >= MOST_NAMED
    ids = [place.turn_id for place in places]
    found = task.turns.all() if is_long else task.turns.filter(pk__in=ids)
    found = found.exclude(status=Turn.Status.WITHDRAWN)
    turns = {turn.pk: turn for turn in found.defer("items", "context", "instructions")}
    # Ignore streamed messages of turns that have ended: their `done` event may have been lost. Rows win over
    # the stream: a message that is in both is finished.
    still_open = {str(turn.pk) for turn in turns.values() if turn.status in Turn.OPEN}
    messages: dict[str, Message] = {
        key: message_of(each.started, each.text)
        for key, each in live.items()
        if each.started.turn in still_open
    }
    rows = Message.objects.filter(turn__task=task) if is_long else Message.objects.filter(turn__in=ids)
    messages.update({str(row.pk): _with_streamed_text(row, live.get(str(row.pk))) for row in rows})
    by_turn: defaultdict[uuid.UUID, list[Message]] = defaultdict(list)
    for message in messages.values():
        if message.turn_id in turns:
            show_as_sent(message, turns[message.turn_id].status)
            by_turn[message.turn_id].append(message)
    given = {each.message_id: each for each in feedback_of(task)}
    return [
        TurnView(
            turns[place.turn_id],
            message_views(by_turn[place.turn_id]),
            place.versions,
            next((given[each.pk] for each in by_turn[place.turn_id] if each.pk in given), None),
        )
        for place in places
        # Others were withdrawn or deleted since the places were read.
        if place.turn_id in turns
    ]


def _with_streamed_text(row: Message, live: LiveMessage | None) -> Message:
    """The row; if its cut answer is being continued, with the text that has been streamed so far."""
    if live is not None and live.started.continues and row.status == Message.Status.STREAMING:
        row.content, row.html, row.attempt = live.text, "", live.started.attempt
    return row


def feedback_of(task: Task) -> QuerySet[Feedback]:
    """The owner's feedback on the task's messages."""
    return Feedback.objects.filter(message__turn__task=task, user_id=task.owner_id)
