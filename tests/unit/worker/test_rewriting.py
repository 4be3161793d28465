"""When an author's code changes a message's text, it is rendered in a rendering thread, before the database call."""

import threading

import pytest

from agentex_web.rendering import markdown
from agentex_web.tasks.models import Message
from agentex_web.tasks.threads import in_database
from agentex_web.turns.record_payloads import UpdateMessage
from agentex_web.worker.activities.adk import update_message
from tests.support.accounts import kept_record
from tests.support.own_chats import a_chat, somebody

__all__ = ["kept_record"]


@pytest.mark.usefixtures("kept_record")
async def test_a_new_text_is_rendered_in_no_thread_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    task = await in_database(lambda: a_chat(somebody()))
    answer = await in_database(lambda: Message.objects.get(turn__task=task, author="agent"))
    threads: list[str] = []
    real = markdown.to_html

    def watched(source: str) -> str:
        threads.append(threading.current_thread().name)
        return real(source)

    monkeypatch.setattr(markdown, "to_html", watched)
    await update_message(UpdateMessage(str(task.pk), str(answer.pk), "It is *new*."))
    await in_database(answer.refresh_from_db)
    assert answer.content == "It is *new*." and "<em>new</em>" in answer.html
    assert threads and all(name.startswith("computing") for name in threads)


@pytest.mark.usefixtures("kept_record")
async def test_what_a_person_said_stays_without_markup() -> None:
    task = await in_database(lambda: a_chat(somebody()))
    asked = await in_database(lambda: Message.objects.get(turn__task=task, author="user"))
    await update_message(UpdateMessage(str(task.pk), str(asked.pk), "*mine*"))
    await in_database(asked.refresh_from_db)
    assert (asked.content, asked.html) == ("*mine*", "")
