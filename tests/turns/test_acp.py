"""An agent starts a chat with another agent, for the person in whose chat it works."""

from agentex_web.tasks.models import Task
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack


def test_a_chat_with_another_agent(stack: Stack, person: Person, stranger: Person) -> None:
    stack.model.script(text("A haiku."), match="dispatched: go")
    task = person.begin("dispatcher", "go")
    assert ended(last_turn(task)).status == "done"
    made = Task.objects.get(owner=person.user, agent="haiku")
    assert (made.title, made.parameters["from"]) == ("Dispatched", "here")
    turn = ended(last_turn(made))
    assert list(turn.messages.order_by("position").values_list("author", "content")) == [
        ("user", "dispatched: go"),
        ("agent", "A haiku."),
    ]
    assert person.http.get(f"/tasks/{made.pk}/").status_code == 200
    assert stranger.http.get(f"/tasks/{made.pk}/").status_code == 404

    # The agent cannot write to any other chat, not even of the same person.
    for target in (made, task):
        refused = ended(last_turn(person.begin("dispatcher", f"to {target.pk}")))
        assert refused.status == "failed" and "was not started by this chat" in refused.error
