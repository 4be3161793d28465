"""Files that tools return are taken out of their messages, whatever they hold."""

import base64
from io import BytesIO

import pytest
from django.template.loader import render_to_string
from PIL import Image

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


def test_a_page_knows_the_size_of_a_picture_before_it_is_there() -> None:
    drawn = BytesIO()
    Image.new("RGB", (30, 20)).save(drawn, "PNG")
    url = f"data:image/png;base64,{base64.b64encode(drawn.getvalue()).decode()}"
    hosted = Message(kind=Message.Kind.TOOL_REQUEST, data={"images": [url], "label": "Image"})
    response = Message(kind=Message.Kind.TOOL_RESPONSE, data={"files": [{"url": url, "name": "a.png"}]})
    for message, template in ((hosted, "hosted"), (response, "tool_response")):
        [taken] = take_out(message)
        assert message.data["sizes"] == {str(taken.id): [30, 20]}
        page = render_to_string(f"chat/kinds/{template}.html", {"message": message})
        assert f'{taken.id}/" width="30" height="20"' in page
