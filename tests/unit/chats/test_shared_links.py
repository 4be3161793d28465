"""A shared link stays as it was when it was made or updated, whatever its last turn becomes."""

import asyncio
import uuid

import pytest
from django.core.files.base import ContentFile
from django.http import Http404

from agentex_web.chat import missing_html
from agentex_web.chat.transcript import entries, render_turns
from agentex_web.journal import continuing, turns
from agentex_web.journal.ending import Ending
from agentex_web.journal.endings import finish
from agentex_web.journal.sent import follow_up, new_task
from agentex_web.journal.stops import request_stops
from agentex_web.sharing import links
from agentex_web.sharing.models import Share
from agentex_web.tasks.models import Attachment, Message, Task, Turn
from tests.support.own_chats import a_chat, an_agent, client_of, somebody

pytestmark = pytest.mark.django_db
CUT = "Once **upon** a ti\U0001f98a"
REASON = "The answer reached the model's length limit."


def cut_turn() -> Turn:
    """A turn whose answer was cut, in a chat of its own."""
    turn = new_task(somebody(), an_agent(), uuid.uuid4(), "Tell me more").result.turn
    turns.begin(turn.task_id, turn.pk)
    cut = {
        "content": CUT,
        "html": f"<p>{CUT}</p>",
        "status": "failed",
        "error": REASON,
        "data": {"call": "c"},
    }
    Message.objects.create(turn=turn, position="000001000000", author="agent", **cut)
    finish(turn.task_id, turn.pk, Ending("failed", REASON, [{"role": "user", "content": "x"}], cut=True))
    return Turn.objects.select_related("task__owner").get(pk=turn.pk)


def reopened(turn: Turn) -> None:
    continuing.reopen(Task.objects.get(pk=turn.task_id), Turn.objects.get(pk=turn.pk), 0)


def continued(turn: Turn) -> Message:
    """Continues the answer to its end. Returns a message that follows it."""
    reopened(turn)
    turns.begin(turn.task_id, turn.pk, 1)
    whole = {"status": "done", "content": f"{CUT} LATER", "html": ""}
    Message.objects.filter(turn=turn, author="agent").update(**whole)
    later = Message.objects.create(
        turn=turn, position="000002000000", author="agent", content="LATER", html="<p>LATER</p>"
    )
    items = [{"role": "assistant", "content": f"{CUT} LATER"}]
    finish(turn.task_id, turn.pk, Ending("done", "", items, continued=1))
    return later


def shared(task: Task, *, with_files: bool = False) -> Share:
    return links.share(task, with_tools=True, with_files=with_files)


def read(link: Share) -> list[str]:
    found = entries(links.shared_turns(links.shared(link.token)), with_tools=True)
    return [each.view.message.content for each in found]


def test_what_continues_a_cut_answer_is_not_shown_until_the_link_is_updated() -> None:
    turn = cut_turn()
    link = shared(turn.task)
    before = read(link)
    assert before[:2] == ["Tell me more", CUT]
    continued(turn)
    assert read(link) == before
    shared(turn.task)
    assert read(link) == ["Tell me more", f"{CUT} LATER", "LATER"]


def test_an_answer_is_shown_while_it_continues() -> None:
    turn = cut_turn()
    link = shared(turn.task)
    before = read(link)
    reopened(turn)
    assert read(link) == before
    turns.begin(turn.task_id, turn.pk, 1)
    assert read(link) == before


def test_the_html_of_the_shared_part_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    turn = cut_turn()
    link = shared(turn.task)
    continued(turn)
    kept: list[dict[uuid.UUID, str]] = []

    async def in_database(_function: object, rendered: dict[uuid.UUID, str]) -> None:
        kept.append(rendered)

    monkeypatch.setattr(missing_html, "in_database", in_database)
    views = links.shared_turns(links.shared(link.token))

    async def opened() -> None:
        await render_turns(1, views)
        await asyncio.sleep(0)

    asyncio.run(opened())
    html = next(each.message.html for each in views[0].messages if each.message.author == "agent")
    assert "<strong>upon</strong> a ti\U0001f98a" in html and "LATER" not in html
    assert kept == []


def test_a_file_of_the_later_part_is_not_reached() -> None:
    turn = cut_turn()
    link = shared(turn.task, with_files=True)
    later = continued(turn)
    file = Attachment(owner=turn.task.owner, message=later, name="n.txt", content_type="text/plain", size=5)
    file.file.save(file.pk.hex, ContentFile(b"hello"), save=False)
    file.save(force_insert=True)
    Message.objects.filter(pk=later.pk).update(data={"attachments": [{"id": str(file.pk), "name": "n.txt"}]})
    with pytest.raises(Http404):
        links.shared_file(links.shared(link.token), file.pk)
    shared(turn.task, with_files=True)
    assert links.shared_file(links.shared(link.token), file.pk) == file


@pytest.mark.django_db(transaction=True)
def test_the_dialog_says_that_the_answer_has_continued() -> None:
    turn = cut_turn()
    client, path = client_of(turn.task.owner), f"/tasks/{turn.task_id}/share/"
    shared(turn.task)
    note = "The chat has continued"
    assert note not in client.get(path).content.decode()
    continued(turn)
    assert note in client.get(path).content.decode()


def test_a_message_that_is_added_to_the_last_turn_after_its_end_is_not_shown() -> None:
    task = a_chat(somebody(), "Question", "Answer")
    link = shared(task)
    Message.objects.create(turn_id=task.head_id, position="999999000000", author="agent", content="LATER")
    assert read(link) == ["Question", "Answer"]


def test_a_link_from_before_lengths_were_stored_shows_its_turns_as_they_are() -> None:
    turn = cut_turn()
    link = shared(turn.task)
    Share.objects.filter(pk=link.pk).update(lengths={})
    reopened(turn)
    assert read(link) == []
    turn = cut_turn()
    link = shared(turn.task)
    Share.objects.filter(pk=link.pk).update(lengths={})
    continued(turn)
    assert read(link)[1] == f"{CUT} LATER"


def test_a_turn_that_still_runs_is_not_shared_with_one_that_was_stopped_behind_it() -> None:
    task = a_chat(somebody(), "First", "Answer")
    first_head = task.head_id
    running = follow_up(
        Task.objects.select_related("head").get(pk=task.pk), uuid.uuid4(), "Second"
    ).result.turn
    turns.begin(task.pk, running.pk)
    Message.objects.create(turn=running, position="000001000000", author="agent", content="Partial")
    waiting = follow_up(
        Task.objects.select_related("head").get(pk=task.pk), uuid.uuid4(), "Third"
    ).result.turn
    request_stops(task.pk)
    waiting.refresh_from_db()
    assert waiting.status == "interrupted"
    assert shared(Task.objects.get(pk=task.pk)).head_id == first_head
