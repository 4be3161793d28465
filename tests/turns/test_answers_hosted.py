"""Tools that the model's provider runs: their progress and results are shown and remembered."""

import pytest

from agentex_web.tasks.models import Message, Task
from tests.support.model_server import Json, hosted, reasoning, text
from tests.support.people import Person, Socket, last_turn
from tests.support.shown import assert_the_same_after_a_reload, frames_of
from tests.support.stack import Stack
from tests.support.turn_watching import agent_rows, next_input, watched


def used(stack: Stack, person: Person, *tools: Json) -> tuple[Task, Socket, Message]:
    """Runs a turn in which the model uses hosted tools and then answers. Also returns the first tool's message."""
    name = f"use {tools[0]['type']}"
    stack.model.script(*tools, text("Done."), match=name)
    task, socket = watched(person, "answers", name)
    assert agent_rows(task)[-1] == ("text", "done", "Done.")
    return task, socket, last_turn(task).messages.filter(kind="tool_request").earliest("position")


def states(socket: Socket, message: Message) -> list[str]:
    """The states that the card showed, in order."""
    words = ("Searching", "Running the code", "Drawing", "Running", "Asked", "Done", "Failed")
    said = []
    for frame in frames_of(socket, message.pk):
        if html := frame.get("html"):
            state = html[html.index("tool-state") :].split(">", 1)[1]
            said.append(next(word for word in words if state.startswith(word)))
    return said


def test_a_web_search_tells_what_it_looks_for_and_where_it_looked(stack: Stack, person: Person) -> None:
    found = ["https://example.com/tides", "javascript:alert(1)"]
    search = hosted("web_search_call", query="tides in May", sources=found, seconds=1.0)
    task, socket, message = used(stack, person, search)
    assert (message.status, message.content, message.tool_name) == ("done", "tides in May", "web_search")
    assert message.data["hosted"] == "web_search_call" and message.data["status"] == "completed"
    assert message.data["sources"] == ["https://example.com/tides"]
    assert states(socket, message) == ["Running", "Searching", "Done"]
    page = assert_the_same_after_a_reload(person, task, socket)
    assert 'href="https://example.com/tides"' in page and "Web search" in page
    (_, item, _) = next_input(stack, person, task)
    assert item["id"].startswith("ws_") and item["action"]["query"] == "tides in May"


def test_a_search_that_takes_long_is_shown_to_who_comes_later(stack: Stack, person: Person) -> None:
    search = hosted("web_search_call", query="slow", seconds=1.5)
    stack.model.script(search, text("Done."), match="a slow search")

    def look(task: Task, socket: Socket) -> None:
        socket.until(lambda frame: "Searching" in frame.get("html", ""))
        assert "Searching" in person.http.get(f"/tasks/{task.pk}/").text

    task, socket = watched(person, "answers", "a slow search", meanwhile=look)
    assert_the_same_after_a_reload(person, task, socket)


def test_a_file_search_tells_its_questions_and_files(stack: Stack, person: Person) -> None:
    found = {"file_id": "file_1", "filename": "tides.pdf", "score": 0.9, "text": "…", "attributes": {}}
    search = hosted("file_search_call", queries=["tide", "moon"], results=[found])
    task, socket, message = used(stack, person, search)
    assert message.content == "tide\nmoon" and message.data["files"] == ["tides.pdf"]
    assert "tides.pdf" in assert_the_same_after_a_reload(person, task, socket)
    assert next_input(stack, person, task)[1]["queries"] == ["tide", "moon"]


def test_code_comes_as_it_is_written_and_then_what_it_printed(stack: Stack, person: Person) -> None:
    code = hosted("code_interpreter_call", code="print(6 * 7)", logs="42\n", seconds=1.0)
    task, socket, message = used(stack, person, code)
    assert message.content == "print(6 * 7)" and message.data["output"] == "42\n"
    deltas = [frame["text"] for frame in frames_of(socket, message.pk) if frame["type"] == "delta"]
    assert "".join(deltas) == "print(6 * 7)"
    assert states(socket, message) == ["Running", "Running the code", "Done"]
    page = assert_the_same_after_a_reload(person, task, socket)
    assert 'data-language="python"' in page and "42" in page
    item = next_input(stack, person, task)[1]
    assert item["outputs"] == [{"type": "logs", "logs": "42\n"}] and item["container_id"]


def test_a_remote_mcp_server_lists_asks_and_answers(stack: Stack, person: Person) -> None:
    stack.model.script(
        hosted("mcp_list_tools", server_label="docs", tools=[{"name": "find"}, {"name": "open"}]),
        hosted("mcp_approval_request", server_label="docs", name="find", arguments={"word": "tide"}),
        match="ask the docs",
    )
    answer = hosted("mcp_call", server_label="docs", name="find", arguments={"word": "tide"}, output="Page 3")
    stack.model.script(answer, text("Page 3."), match="ask the docs")
    task, socket = watched(person, "answers", "ask the docs")
    listed, asked, called = last_turn(task).messages.filter(kind="tool_request").order_by("position")
    assert listed.data["label"] == "Tools of docs" and listed.data["tools"] == ["find", "open"]
    assert (asked.data["label"], asked.content) == ("docs: find", '{"word": "tide"}')
    assert called.data["output"] == "Page 3" and called.content == '{"word": "tide"}'
    assert states(socket, asked)[-1] == "Asked"
    page = assert_the_same_after_a_reload(person, task, socket)
    assert "Page 3" in page
    kinds = [item.get("role") or item["type"] for item in next_input(stack, person, task)]
    assert kinds == [
        "user",
        "mcp_list_tools",
        "mcp_approval_request",
        "mcp_approval_response",
        "mcp_call",
        "assistant",
    ]


@pytest.mark.parametrize(
    ("tool", "reason"),
    [
        (
            hosted("mcp_call", server_label="docs", name="find", arguments={}, error="No such page."),
            "No such page.",
        ),
        (hosted("web_search_call", query="x", status="failed"), ""),
        (hosted("code_interpreter_call", code="1/0", status="failed"), ""),
    ],
    ids=["mcp", "search", "code"],
)
def test_a_hosted_tool_that_fails_says_so_and_the_answer_goes_on(
    stack: Stack, person: Person, tool: Json, reason: str
) -> None:
    task, socket, message = used(stack, person, tool)
    assert (message.status, message.error) == ("failed", reason)
    assert last_turn(task).status == "done"
    assert states(socket, message)[-1] == "Failed"
    assert reason in assert_the_same_after_a_reload(person, task, socket)
    next_input(stack, person, task)


def test_hosted_tools_between_thoughts_keep_their_order(stack: Stack, person: Person) -> None:
    stack.model.script(
        reasoning("Search first."),
        hosted("web_search_call", query="one"),
        hosted("web_search_call", query="two"),
        reasoning("Now I know."),
        text("It is so.", citations=[{"url": "https://example.com", "title": "Example"}]),
        match="thoughts and searches",
    )
    task, socket = watched(person, "answers", "thoughts and searches")
    assert [(kind, content) for kind, _, content in agent_rows(task)] == [
        ("reasoning", "Search first."),
        ("tool_request", "one"),
        ("tool_request", "two"),
        ("reasoning", "Now I know."),
        ("text", "It is so."),
    ]
    assert_the_same_after_a_reload(person, task, socket)
    kinds = [item.get("role") or item["type"] for item in next_input(stack, person, task)]
    assert kinds == ["user", "reasoning", "web_search_call", "web_search_call", "reasoning", "assistant"]
