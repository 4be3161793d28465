"""The text and the files that a person sees of a tool's result."""

from typing import Any

import pytest

from agentex_web.turns.record_payloads import ToolFile
from agentex_web.turns.tool_results import files_of, text_of
from agents import ToolOutputFileContent, ToolOutputImage, ToolOutputText

PIXEL = "data:image/png;base64,iVBO"


@pytest.mark.parametrize(
    ("result", "text", "files"),
    [
        ("plain", "plain", []),
        (["a", "b"], "['a', 'b']", []),
        ([], "[]", []),
        ({"type": "text", "text": "said"}, "said", []),
        (ToolOutputImage(image_url=PIXEL), "", [ToolFile(PIXEL)]),
        # The form in which MCP servers return results.
        ([{"type": "text", "text": "one"}, {"type": "image", "image_url": PIXEL}], "one", [ToolFile(PIXEL)]),
        (ToolOutputImage(image_url="https://example.org/a.png"), "https://example.org/a.png", []),
        (ToolOutputFileContent(file_id="file-7"), "file-7", []),
        (
            [ToolOutputText(text="see"), ToolOutputFileContent(file_data="QUE=", filename="a.txt")],
            "see",
            [ToolFile("data:;base64,QUE=", "a.txt")],
        ),
    ],
)
def test_texts_and_files(result: Any, text: str, files: list[ToolFile]) -> None:
    assert (text_of(result), files_of(result)) == (text, files)
