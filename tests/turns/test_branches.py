"""Versions of a turn: answering again, editing the message, and switching back."""

import uuid

from agentex_web.tasks import branches
from agentex_web.tasks.models import Task, Turn
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack


def ask(person: Person, turn: Turn, action: str, content: str = "") -> tuple[int, str]:
    answer = person.http.post(f"/tasks/{turn.task_id}/turns/{turn.pk}/{action}/", data={"content": content})
    return answer.status_code, answer.text


def shown(task: Task) -> list[str]:
    """The texts of the shown branch, in order."""
    task.refresh_from_db()
    return [each.content for each in branches.latest_messages(task.pk, 100)]


def begin(stack: Stack, person: Person, words: str, *answers: str) -> tuple[Task, Turn]:
    for answer in answers:
        stack.model.script(text(answer), match=words)
    task = person.begin("haiku", words)
    return task, ended(last_turn(task))


def test_a_stranger_can_neither_edit_nor_show(stack: Stack, person: Person, stranger: Person) -> None:
    task, turn = begin(stack, person, "my own branch", "One.")
    for action in ("edit", "show", "retry"):
        assert ask(stranger, turn, action, "mine?")[0] == 404
    assert task.turns.count() == 1


def test_regenerating_a_finished_turn_keeps_both_answers(stack: Stack, person: Person) -> None:
    task, first = begin(stack, person, "answer me twice", "One.", "Two.")
    with person.socket(task) as socket:
        assert ask(person, first, "retry")[0] == 204
        socket.until(lambda frame: frame["type"] == "resync")
        second = ended(last_turn(task))
    assert second.parent_id == first.parent_id
    assert shown(task) == ["answer me twice", "Two."]
    assert [m.content for m in first.messages.order_by("position")] == ["answer me twice", "One."]
    assert [item["role"] for item in stack.model.requests("answer me twice")[1]["body"]["input"]] == ["user"]


def test_an_earlier_version_comes_back_with_all_that_followed_it(stack: Stack, person: Person) -> None:
    task, first = begin(stack, person, "the first version", "One.")
    stack.model.script(text("After one."), match="what followed")
    stack.model.script(text("Two."), match="the second version")
    ended(person.send(task, "what followed"))
    assert ask(person, first, "edit", "the second version")[0] == 204
    second = ended(last_turn(task))
    with person.socket(task) as socket:
        assert ask(person, first, "show")[0] == 204
        # One resync for the edit, and one for switching back.
        socket.until(lambda _: [frame["type"] for frame in socket.frames].count("resync") == 2)
    assert shown(task) == ["the first version", "One.", "what followed", "After one."]
    page = person.http.get(f"/tasks/{task.pk}/").text
    assert "1 / 2" in page and "what followed" in page and "the second version" not in page
    assert ask(person, second, "show")[0] == 204
    assert shown(task) == ["the second version", "Two."]
    assert "2 / 2" in person.http.get(f"/tasks/{task.pk}/").text


def test_the_branch_that_is_shown_goes_on_with_its_own_memory(stack: Stack, person: Person) -> None:
    task, first = begin(stack, person, "I am Ada of branches", "Hello Ada.")
    stack.model.script(text("Hello Bob."), match="I am Bob of branches")
    stack.model.script(text("You are Ada."), match="who am I in branches")
    ask(person, first, "edit", "I am Bob of branches")
    ended(last_turn(task))
    ask(person, first, "show")
    ended(person.send(task, "who am I in branches"))
    asked = str(stack.model.requests("who am I in branches")[-1]["body"]["input"])
    assert "Ada" in asked and "Bob" not in asked


def test_nothing_branches_while_the_agent_is_at_work(stack: Stack, person: Person) -> None:
    task, first = begin(stack, person, "rest before work", "Rested.")
    stack.model.script(text("one two three"), match="work now", hold_after=1)
    running = person.send(task, "work now")
    with person.socket(task) as socket:
        socket.until_text("one")
    for action in ("retry", "edit", "show"):
        status, reason = ask(person, first, action, "other words")
        assert status == 409 and "still working" in reason
    stack.model.release()
    ended(running)
    assert task.turns.count() == 2


def test_a_bad_edit_changes_nothing(stack: Stack, person: Person) -> None:
    task, turn = begin(stack, person, "a good message", "Good.")
    for content, reason in ((" ", "Write something"), ("x" * 100_001, "the limit is 100,000")):
        status, told = ask(person, turn, "edit", content)
        assert status == 400 and reason in told
    assert person.http.post(f"/tasks/{task.pk}/turns/{uuid.uuid4()}/edit/").status_code == 404
    Task.objects.filter(pk=task.pk).update(status=Task.Status.COMPLETED)
    assert ask(person, turn, "edit", "too late")[0] == 409
    assert task.turns.count() == 1


def test_what_was_withdrawn_is_no_version(stack: Stack, person: Person) -> None:
    task, _ = begin(stack, person, "before withdrawing", "Yes.")
    stack.model.script(text("one two three"), match="keep it busy", hold_after=1)
    running = person.send(task, "keep it busy")
    with person.socket(task) as socket:
        socket.until_text("one")
    waiting = person.send(task, "taken back")
    assert ask(person, waiting, "withdraw")[0] == 204
    stack.model.release()
    ended(running)
    assert "taken back" not in person.http.get(f"/tasks/{task.pk}/").text
    # Its children follow it, and it is not a version of any turn.
    places = branches.places(Task.objects.get(pk=task.pk))
    assert [len(place.versions) for place in places] == [1, 1, 0]
