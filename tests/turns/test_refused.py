"""Input that a model refuses fails only its own turn. A chat that is too long continues."""

import json
import uuid

from agentex_web.positions import OPENING
from tests.support.model_server import http_error, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.shown import live
from tests.support.stack import Stack
from tests.support.turn_watching import agent_rows, next_input, watched
from tests.web.test_attachments import PNG, asked, attach, begin

TOO_LONG = http_error(400, message="This model's maximum context length is 8192 tokens.")
SUMMARY = "They spoke of *tides*."


def test_a_refused_picture_fails_one_turn_and_can_be_dropped(stack: Stack, person: Person) -> None:
    stack.model.script(match="see the picture", fault=http_error(400, message="Invalid image."))
    turn = ended(begin(person, "see the picture", attach(person, "x.png", PNG)))
    assert (turn.status, turn.left_out) == ("failed", "message")
    page = person.http.get(f"/tasks/{turn.task_id}/").text
    assert "The model refused this message, so later answers do not include it." in page
    (note,) = next_input(stack, person, turn.task)
    assert "see the picture" in note["content"] and "x.png" in note["content"]
    # An edited message may drop or keep its files.
    stack.model.script(text("Better."), match="no picture now")
    edit = f"/tasks/{turn.task_id}/turns/{turn.pk}/edit/"
    data = {"content": "no picture now", "choose_files": "1"}
    assert person.http.post(edit, data=data).status_code in (204, 302, 303)
    edited = ended(last_turn(turn.task))
    assert edited.messages.get(position=OPENING).data.get("attachments") is None
    assert "input_image" not in json.dumps(asked(stack, "no picture now"))
    kept = str(turn.messages.get(position=OPENING).data["attachments"][0]["id"])
    stack.model.script(text("Still here."), match="with the picture")
    data = {"content": "with the picture", "choose_files": "1", "keep": kept}
    assert person.http.post(edit, data=data).status_code in (204, 302, 303)
    assert len(ended(last_turn(turn.task)).messages.get(position=OPENING).data["attachments"]) == 1
    data = {"content": "", "choose_files": "1", "id": str(uuid.uuid4())}
    assert person.http.post(edit, data=data).status_code == 400


def test_a_chat_that_is_too_long_goes_on_with_a_summary(stack: Stack, person: Person) -> None:
    stack.model.script(text("Tides come. " * 40), match="tell me of tides")
    task, _ = watched(person, "haiku", "tell me of tides")
    stack.model.script_steps(step(fault=TOO_LONG), step(text("At noon.")), match="when is high water")
    stack.model.script(text(SUMMARY), match="Summarise all of it.")
    with person.socket(task) as socket:
        turn = person.send(task, "when is high water")
        socket.until(lambda frame: (frame.get("turn"), frame.get("status")) == (str(turn.pk), "done"))
    turn.refresh_from_db()
    assert turn.summary == SUMMARY
    # The socket's frames also include the previous turn.
    _, *shown = live(socket)
    assert len(shown) == 2 and "Earlier messages were summarised" in shown[0] and "At noon." in shown[1]
    assert agent_rows(task)[-2:] == [("text", "done", SUMMARY), ("text", "done", "At noon.")]
    page = person.http.get(f"/tasks/{task.pk}/").text
    assert "Earlier messages were summarised" in page and "<em>tides</em>" in page and "Tides come." in page
    remembered = next_input(stack, person, task)
    assert [item["role"] for item in remembered] == ["user", "assistant", "user", "assistant"]
    assert remembered[1]["content"] == SUMMARY and "Tides come" not in json.dumps(remembered)
