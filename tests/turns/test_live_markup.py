"""The markup that streams to a page is the markup that is stored."""

from agentex_web.rendering.markdown import to_html
from agentex_web.tasks.models import Message
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.shown import in_utf16
from tests.support.stack import Stack


def test_a_page_has_the_whole_markup_before_the_answer_is_done(stack: Stack, person: Person) -> None:
    words = (
        "# The tide\n\nIt comes **twice** a day 😀:\n\n```python\nhigh = 6\nlow = 12\n```\n\nThat is *all*."
    )
    stack.model.script(text(words), match="markup to the end", tokens_per_second=200)
    with person.socket(person.begin("haiku", "markup to the end")) as socket:
        socket.until_turn("done")
    finished = tail = ""
    for frame in socket.frames:
        if frame["type"] == "delta" and "html" in frame:
            whole = in_utf16(tail, frame["keep"]) + frame["html"]
            length = len(in_utf16(whole[::-1], frame["tail"]))
            finished, tail = finished + whole[: len(whole) - length], whole[len(whole) - length :]
    stored = Message.objects.get(turn__task__owner=person.user, author="agent")
    assert finished + tail == stored.html == to_html(words)
    assert stored.html in next(frame["html"] for frame in reversed(socket.frames) if frame["type"] == "done")
