"""Programs modelled on public examples of human approval: their own approval loops have nothing left to do.

Each runs with at most two changed lines; its docstring names the example.
"""

import sys
from pathlib import Path
from typing import Any

import pytest

from agentex_web.adk.testing import (
    Chat,
    chat,
    hold,
    mcp_approval_request,
    mcp_call,
    patch_call,
    shell_call,
    text,
    tool_call,
)
from agentex_web.adk.testing.loading import load_file
from agents import Agent, HostedMCPTool

AGENTS = Path(__file__).parent / "agents"


def shape(name: str) -> Path:
    return AGENTS / f"{name}.py"


def asked(box: Chat) -> list[tuple[str, Any]]:
    return [(each.asked.title, each.asked.payload["arguments"]) for each in box.waiting]


def given(box: Chat, kind: str, request: int = -1) -> list[Any]:
    """The items of this type in the model's input."""
    return [each for each in box.model.requests[request].input if each.get("type") == kind]


async def test_a_loop_of_confirmations() -> None:
    async with chat(shape("confirm_in_a_loop")) as box:
        box.model.script(
            [tool_call("find_flight", city="Lima"), tool_call("book_flight", city="Lima")], text("Booked.")
        )
        turn = await box.send("Book a flight to Lima")
        assert asked(box) == [("book_flight", {"city": "Lima"})]
        await box.approve()
        assert (turn.status, turn.answer) == ("done", "Booked.")


async def test_a_stream_of_confirmations() -> None:
    async with chat(shape("confirm_in_a_stream")) as box:
        box.model.script(
            [tool_call("book_flight", city="Lima"), tool_call("book_flight", city="Rome")],
            tool_call("book_flight", city="Oslo"),
            text("Booked."),
        )
        turn = await box.send("go")
        assert asked(box) == [("book_flight", {"city": "Lima"}), ("book_flight", {"city": "Rome"})]
        await box.restart()
        await box.decide(box.waiting[1], {"verdict": "reject", "reason": "Too far."})
        await box.rest()
        assert turn.status == "running"
        await box.approve()
        assert asked(box) == [("book_flight", {"city": "Oslo"})]
        await box.approve(arguments={"city": "Bergen"})
        assert (turn.status, turn.answer) == ("done", "Booked."), turn.error
        assert [each.output for each in turn.tools] == [
            "A flight to Lima is booked",
            "The user rejected this call. Reason: Too far.",
            "A flight to Bergen is booked",
        ]


async def test_a_stop_ends_a_stream_that_waits() -> None:
    async with chat(shape("confirm_in_a_stream")) as box:
        box.model.script(tool_call("book_flight", city="Lima"))
        turn = await box.send("go")
        await box.stop()
        assert turn.status == "interrupted" and not box.waiting


async def test_a_streamed_run_that_waits_is_continued() -> None:
    async with chat(shape("confirm_in_a_stream")) as box:
        box.model.script(
            tool_call("book_flight", city="Lima"), tool_call("book_flight", city="Rome"), text("Ok.")
        )
        turn = await box.send("go")
        box.suggest_continue_as_new()
        await box.approve()
        assert len(box.temporal.runs_of(box.workflow_id)) == 2
        await box.approve()
        assert (turn.status, turn.answer, len(turn.tools)) == ("done", "Ok.", 2), turn.error


async def test_own_words_of_a_rejection() -> None:
    async with chat(shape("own_words_of_a_rejection")) as box:
        box.model.script(tool_call("send_note", title="Six"), text("It was not sent."))
        turn = await box.send("go")
        await box.reject(reason="Not today.")
        assert turn.tools[0].output == "The user rejected this call. Reason: Not today."
        assert turn.answer == "It was not sent."


@pytest.mark.parametrize("how", ["run", "stream"])
@pytest.mark.parametrize("verdict", ["approve", "reject"])
async def test_a_hosted_mcp_server_asks(how: str, verdict: str) -> None:
    async with chat(shape("hosted_mcp_asks")) as box:
        box.model.script(
            mcp_approval_request("docs", "find", request_id="mcpr_1", word="tide"),
            [mcp_call("docs", "find", "At noon", word="tide"), text("At noon.")],
        )
        turn = await box.send(how)
        assert asked(box) == [("docs: find", {"word": "tide"})]
        await box.restart()
        await (box.approve() if verdict == "approve" else box.reject(reason="Ask me first."))
        assert (turn.status, turn.answer) == ("done", "At noon."), turn.error
        (answer,) = given(box, "mcp_approval_response")
        assert (answer["approval_request_id"], answer["approve"]) == ("mcpr_1", verdict == "approve")
        assert verdict == "approve" or "Ask me first." in answer["reason"]


async def test_a_turn_that_is_stopped_after_an_answer_keeps_it_with_the_request() -> None:
    docs = HostedMCPTool(
        tool_config={
            "type": "mcp",
            "server_label": "docs",
            "server_url": "https://docs.example/mcp",
            "require_approval": "always",
        }
    )
    async with chat(Agent(name="Librarian", instructions="Look it up.", tools=[docs])) as box:
        asks = mcp_approval_request("docs", "find", request_id="mcpr_1", word="tide")
        box.model.script(asks, hold(text("At noon."), after="At"))
        turn = await box.send("when?")
        await box.approve(wait=False)
        await box.temporal.until(lambda: "At" in turn.streamed)
        await box.stop()
        kept = [each.get("role") or each["type"] for each in turn.items]
        assert kept == ["user", "mcp_approval_request", "mcp_approval_response", "assistant"]


async def test_a_hosted_mcp_server_is_judged_by_a_rule() -> None:
    async with chat(shape("hosted_mcp_judges")) as box:
        box.model.script(
            [
                mcp_approval_request("docs", "find", word="tide"),
                mcp_approval_request("docs", "delete", word="tide"),
            ],
            text("At noon."),
        )
        turn = await box.send("by rule")
        assert (turn.status, turn.answer) == ("done", "At noon."), turn.error
        answers = given(box, "mcp_approval_response")
        assert [each["approve"] for each in answers] == [True, False]
        assert answers[1]["reason"] == "Only reading is allowed."


async def test_a_hosted_mcp_server_is_judged_by_asking() -> None:
    async with chat(shape("hosted_mcp_judges")) as box:
        box.model.script(mcp_approval_request("docs", "find", word="tide"), text("At noon."))
        turn = await box.send("ask me")
        await box.restart()
        await box.answer(answer="no")
        assert (turn.status, turn.answer) == ("done", "At noon."), turn.error
        (answer,) = given(box, "mcp_approval_response")
        assert (answer["approve"], answer["reason"]) == (False, "The person said no.")


async def test_shell_and_patch_tools_ask() -> None:
    load_file(shape("shell_asks"))
    done: list[str] = sys.modules["agentex_web.agents.shell_asks"].DONE
    done.clear()
    async with chat(shape("shell_asks")) as box:
        box.model.script(
            [shell_call("ls", "pwd"), patch_call("create_file", "note.txt", "+hello\n")],
            patch_call("delete_file", "/etc/passwd"),
            shell_call("rm -r /"),
            text("Done."),
        )
        turn = await box.send("go")
        assert asked(box) == [("shell", {"commands": ["ls", "pwd"]})]
        await box.restart()
        await box.approve()
        assert asked(box) == [("apply_patch", {"type": "delete_file", "path": "/etc/passwd"})]
        await box.approve()
        await box.reject(reason="Never.")
        assert (turn.status, turn.answer) == ("done", "Done."), turn.error
        assert done == ["create note.txt", "ls", "pwd", "create /etc/passwd"]
        assert "Never." in str(given(box, "shell_call_output")[1])
