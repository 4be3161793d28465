"""When a question and its answer were written: on a page that was open then, as on a page that is opened later."""

import re
import uuid
from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync

from agentex_web.chat.frames import frames_of
from agentex_web.streams.entries import Entry
from agentex_web.streams.events import MessageDone, TurnChanged
from agentex_web.tasks.models import Message, Turn
from tests.support.own_chats import a_chat, client_of, somebody

TIME = re.compile(r'<time class="when" datetime="([^"]+)" title="([^"]+)">([^<]+)</time>')


@pytest.mark.django_db(transaction=True)
def test_an_open_page_tells_the_times_that_a_later_one_tells() -> None:
    ada = somebody()
    task = a_chat(ada, "When?", "Now.")
    asked = Message.objects.get(turn__task=task, author="user")
    ended = datetime(2026, 11, 26, 12, 30, 5, tzinfo=UTC)
    Turn.objects.filter(pk=asked.turn_id).update(finished_at=ended)
    cursor = f"{int(ended.timestamp() * 1000)}-0"
    turn = str(asked.turn_id)
    question, status = async_to_sync(frames_of)(
        task.pk,
        [
            Entry(cursor, MessageDone(str(asked.pk), turn)),
            Entry(cursor, TurnChanged(turn, Turn.Status.DONE)),
        ],
        ada,
    )
    page = client_of(ada).get(task.get_absolute_url()).content.decode()
    assert TIME.findall(question["html"]) + TIME.findall(status["html"]) == TIME.findall(page)
    assert len(TIME.findall(page)) == 2
    [running] = async_to_sync(frames_of)(
        task.pk, [Entry(cursor, TurnChanged(str(uuid.uuid4()), Turn.Status.RUNNING))], ada
    )
    assert not TIME.findall(running["html"])
