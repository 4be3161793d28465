"""Pictures and files that a tool returns are shown on its card."""

import base64

from tests.agents.workshop import PICTURE
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, last_turn
from tests.support.shown import assert_the_same_after_a_reload
from tests.support.stack import Stack
from tests.support.turn_watching import watched


def test_pictures_and_files_of_a_tool_are_shown(stack: Stack, person: Person, stranger: Person) -> None:
    call = function_call("photograph", {}, "call_photo")
    stack.model.script_steps(step(call), step(text("Nice.")), match="take a photo")
    task, socket = watched(person, "workshop", "take a photo")
    result = last_turn(task).messages.get(kind="tool_response")
    assert result.content == "Here they are."
    [picture] = result.data["images"]
    report, site = result.data["files"]
    assert person.http.get(f"/attachments/{picture}/").content == base64.b64decode(PICTURE)
    assert (report["name"], report["content_type"]) == ("report.pdf", "application/pdf")
    answer = person.http.get(f"/attachments/{site['id']}/")
    # An HTML file is never served as a page of this site.
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    for each in (picture, report["id"]):
        assert stranger.http.get(f"/attachments/{each}/").status_code == 404
    page = assert_the_same_after_a_reload(person, task, socket)
    assert f'<img src="/attachments/{picture}/"' in page
    assert "report.pdf" in page and PICTURE not in page and "(image)" not in page
