"""Chats are exported as Markdown and JSON, and imported again. Imported chats continue like any other."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from agentex_web.chat.transcript import entries, shown_turns
from agentex_web.imports.formats import conversations_in
from agentex_web.journal.branches import sibling
from agentex_web.journal.imports import import_chat
from agentex_web.rendering.markdown import to_html
from agentex_web.search import found as searched
from agentex_web.search.query import parse
from agentex_web.sharing import links
from agentex_web.tasks import branches
from agentex_web.tasks.models import Message, Task, Turn
from agentex_web.transfer.exports import as_json, as_markdown
from tests.support.own_chats import a_chat, an_agent, another_turn, answer, somebody

pytestmark = pytest.mark.django_db


def lines_of(text: str) -> list[dict[str, Any]]:
    """The conversations in a file, as the child process writes them."""
    found = [asdict(each) for each in conversations_in(json.loads(text))]
    for each in found:
        for turn in each["turns"]:
            turn["html"] = [to_html(words) for _, words in turn["answers"]]
    return found


def exported(task: Task) -> str:
    return "".join(as_json(Task.objects.get(pk=task.pk)))


def test_json_comes_back_with_its_versions_and_memory() -> None:
    ada = somebody()
    task = a_chat(ada, "One", "First")
    turn = another_turn(task, "Two", "Second")
    answer(sibling(Turn.objects.select_related("task").get(pk=turn.pk), "Two again").result.turn, "Third")
    [found] = lines_of(exported(task))
    new = import_chat(ada.pk, an_agent(), found)
    assert new is not None
    new.refresh_from_db()
    assert new.title == task.title and new.turns.count() == 3
    shown = [row.content for row in branches.latest_messages(new.pk, 9)]
    assert shown == ["One", "First", "Two again", "Third"]
    assert branches.items_up_to(new.head_id)[-1] == {"role": "assistant", "content": "Third"}
    query = parse("third")
    assert query is not None
    assert len(searched.messages(ada.pk, query, 9).messages) == 2
    # A second import adds nothing; an import by somebody else creates their own chat.
    assert import_chat(ada.pk, an_agent(), found) is None
    other = import_chat(somebody().pk, an_agent(), found)
    assert other is not None and other.pk != new.pk
    another_turn(new, "Three", "Fourth")


def test_nothing_in_a_file_reaches_what_is_not_its_owners() -> None:
    ada = somebody()
    [found] = lines_of(
        exported(a_chat(ada, "<script>alert(1)</script>", "[x](javascript:alert(1)) <img onerror=x>"))
    )
    new = import_chat(ada.pk, an_agent(), {**found, "key": "hostile"})
    assert new is not None
    row = Message.objects.get(turn__task=new, author="agent")
    assert row.data == {} and "<img" not in row.html and "href" not in row.html
    assert all(set(item) == {"role", "content"} for turn in new.turns.all() for item in turn.items)


def test_markdown_names_who_spoke_and_closes_its_fences() -> None:
    ada = somebody()
    task = a_chat(ada, "What is it?", "A **tide**.")
    Message.objects.create(
        turn=task.turns.get(),
        position="000001000001",
        author="agent",
        kind="tool_request",
        tool_name="look",
        tool_call_id="c1",
        content='{"x": "```"}',
    )
    text = as_markdown(task, shown_turns(task))
    assert text.startswith("# What is it?\n\n*Quiet, ")
    assert "## You\n\nWhat is it?" in text and "## Quiet\n\nA **tide**." in text
    assert '### Tool: look\n\n````\n{"x": "```"}\n````' in text


def test_a_link_shows_what_it_was_made_for_and_no_more() -> None:
    ada = somebody()
    task = a_chat(ada, "Shared question", "Shared answer")
    link = links.share(task, with_tools=False, with_files=False)
    another_turn(task, "Later question", "Later answer")
    Message.objects.create(
        turn_id=link.head_id,
        position="000001000001",
        author="agent",
        kind="reasoning",
        content="secret thought",
    )

    def read() -> list[str]:
        found = links.shared(link.token)
        return [
            each.view.message.content
            for each in entries(links.shared_turns(found), with_tools=found.with_tools)
        ]

    assert read() == ["Shared question", "Shared answer"]
    task.refresh_from_db()
    again = links.share(task, with_tools=True, with_files=False)
    assert (again.pk, again.token) == (link.pk, link.token)
    assert read() == ["Shared question", "Shared answer", "secret thought", "Later question", "Later answer"]
    links.revoke(ada.pk, link.pk)
    with pytest.raises(Exception, match="no longer works"):
        links.shared(link.token)
    # A new link has another token.
    assert links.share(task, with_tools=False, with_files=False).token != link.token


def test_a_chat_without_an_answer_has_nothing_to_share() -> None:
    ada = somebody()
    task = a_chat(ada)
    Turn.objects.filter(task=task).update(status="running")
    with pytest.raises(links.NothingToShare):
        links.share(task, with_tools=False, with_files=False)
