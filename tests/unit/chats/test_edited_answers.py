"""Editing an answer's text creates another version of its turn, from which the model continues."""

from typing import Any

import pytest

from agentex_web.journal.answer_edits import edited_items
from agentex_web.search import found
from agentex_web.search.query import parse
from agentex_web.tasks import branches
from agentex_web.tasks.models import Agent, Feedback, Message, Task, Turn
from tests.support.own_chats import a_chat, an_agent, another_turn, client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)


def allowing() -> Agent:
    return an_agent(declared={"edit_answers": True})


@pytest.fixture
def task() -> Task:
    return a_chat(somebody(), asked="How deep?", answered="Ten metres", agent=allowing())


def address(task: Task) -> str:
    return f"/tasks/{task.pk}/turns/{task.head_id}/answer/"


def edit(task: Task, words: str) -> Any:
    return client_of(task.owner).post(address(task), {"content": words}, headers={"HX-Request": "true"})


def test_it_is_another_version_that_later_turns_remember(task: Task) -> None:
    first = task.head
    assert first
    Turn.objects.filter(pk=first.pk).update(
        usage={"input": 7}, cut={"message": str(first.answers().get().pk)}
    )
    assert "Ten metres" in client_of(task.owner).get(address(task)).content.decode()
    assert edit(task, "Twelve **metres**").status_code == 204
    task.refresh_from_db()
    assert task.head and task.head_id != first.pk and task.head.status == "done"
    said = list(task.head.messages.order_by("position").values_list("author", "content", "html"))
    assert said == [
        ("user", "How deep?", ""),
        ("agent", "Twelve **metres**", "<p>Twelve <strong>metres</strong></p>\n"),
    ]
    assert task.head.messages.get(author="user").pk == task.head.pk
    assert task.head.answers().get().data["edited"]
    assert task.head.usage == {} and not task.head.cut
    assert branches.items_up_to(task.head_id) == [
        {"role": "user", "content": "How deep?"},
        {"role": "assistant", "content": "Twelve **metres**"},
    ]
    assert [place.versions for place in branches.places(task)] == [[first.pk, task.head.pk]]
    # The earlier version is unchanged, and later turns follow the new one.
    assert first.answers().get().content == "Ten metres"
    later = another_turn(task, "And there?", "Deeper")
    assert later.parent_id == task.head_id
    page = found.messages(task.owner_id, parse("twelve"), 5, found.NEWEST)
    assert [each.message.turn_id for each in page.messages] == [task.head_id]


def test_who_may(task: Task) -> None:
    stranger = client_of(somebody(is_staff=True))
    assert stranger.get(address(task)).status_code == 404
    assert stranger.post(address(task), {"content": "x"}).status_code == 404
    quiet = a_chat(somebody(), agent=an_agent())
    assert edit(quiet, "changed").status_code == 404
    own = a_chat(somebody(is_staff=True), agent=an_agent())
    assert edit(own, "changed").status_code == 204


@pytest.mark.parametrize(
    ("words", "status"), [("", 400), ("  ", 400), ("Ten metres", 400), ("x" * 100_001, 400)]
)
def test_what_is_no_change_is_refused(task: Task, words: str, status: int) -> None:
    assert edit(task, words).status_code == status
    assert task.turns.count() == 1


def test_not_while_the_agent_works(task: Task) -> None:
    Turn.objects.create(task=task, parent=task.head, status="running")
    assert edit(task, "changed").status_code == 409


def test_everything_else_of_the_turn_is_in_the_version(task: Task) -> None:
    assert task.head
    Message.objects.create(
        turn=task.head, position="0000005", kind="tool_request", author="agent", tool_name="dive",
        tool_call_id="c1", content="{}",
    )  # fmt: skip
    answer = task.head.answers().get()
    Feedback.objects.create(message=answer, user=task.owner, value=1)
    assert edit(task, "changed").status_code == 204
    task.refresh_from_db()
    assert task.head and task.head.messages.filter(tool_name="dive").count() == 1
    assert not Feedback.objects.filter(message__turn=task.head).exists()


REASONING = {"type": "reasoning", "id": "rs_1", "summary": []}
CALL = {"type": "function_call", "call_id": "c", "name": "dive", "arguments": "{}"}


def said(words: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": words}]
    return {"type": "message", "id": "msg_1", "role": "assistant", "content": content}


@pytest.mark.parametrize(
    ("items", "left"),
    [
        ([{"role": "user", "content": "a"}, said("b")], [{"role": "user", "content": "a"}]),
        ([REASONING, CALL, REASONING, said(" b ")], [REASONING, CALL]),
        ([said("b"), CALL, said("b")], [said("b"), CALL]),
    ],
)
def test_the_item_loses_its_id_and_its_reasoning(items: list[Any], left: list[Any]) -> None:
    assert edited_items(items, "b", "new") == [*left, {"role": "assistant", "content": "new"}]


def test_memory_without_the_words_stays() -> None:
    assert edited_items([said("other")], "b", "new") == [said("other")]
