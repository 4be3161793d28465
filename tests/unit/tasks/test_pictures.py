"""Files that tools return are taken out of their messages, whatever they hold."""

import base64

import pytest

from agentex_web.tasks.models import Message
from agentex_web.tasks.pictures import take_out

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("data", ["é", "not base64!", "", "QQ"])
def test_a_file_that_is_no_base64_is_left_out(data: str) -> None:
    good = {"url": f"data:;base64,{base64.b64encode(PNG).decode()}", "name": "../a.png"}
    bad = {"url": f"data:;base64,{data}", "name": "bad"}
    message = Message(kind=Message.Kind.TOOL_RESPONSE, data={"files": [bad, good]})
    [taken] = take_out(message)
    assert (taken.body, taken.title, taken.content_type) == (PNG, "a.png", "image/png")
    assert message.data == {"images": [str(taken.id)]}
