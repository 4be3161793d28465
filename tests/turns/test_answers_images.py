"""Images that the model generates are shown, stored, and given back to the model."""

import base64

from tests.support.model_server import hosted
from tests.support.people import Person, last_turn
from tests.support.shown import assert_the_same_after_a_reload
from tests.support.stack import Stack
from tests.support.turn_watching import next_input
from tests.turns.test_answers_hosted import states, used

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=="


def test_an_image_is_shown_kept_and_given_back(stack: Stack, person: Person, stranger: Person) -> None:
    drawing = hosted("image_generation_call", result=PIXEL, prompt="A white dot", seconds=1)
    task, socket, message = used(stack, person, drawing)
    [picture] = message.data["images"]
    assert person.http.get(f"/attachments/{picture}/").content == base64.b64decode(PIXEL)
    assert stranger.http.get(f"/attachments/{picture}/").status_code == 404
    assert states(socket, message) == ["Running", "Drawing", "Done"]
    page = assert_the_same_after_a_reload(person, task, socket)
    assert f'<img src="/attachments/{picture}/" width="1" height="1" alt="A white dot"' in page
    assert PIXEL not in page
    kept = last_turn(task).items[1]
    assert kept["result"] == f"agentex-image:{message.pk}"
    item = next_input(stack, person, task)[1]
    assert item["result"] == PIXEL and item["id"].startswith("ig_")


def test_an_image_that_is_too_large_is_not_kept(stack: Stack, person: Person) -> None:
    large = base64.b64encode(bytes(10_600_000)).decode()
    task, socket, message = used(stack, person, hosted("image_generation_call", result=large, partial=PIXEL))
    assert message.status == "done" and "images" not in message.data
    assert "too large" in assert_the_same_after_a_reload(person, task, socket)
    item = next_input(stack, person, task)[1]
    assert item["id"].startswith("ig_") and item["result"] is None
