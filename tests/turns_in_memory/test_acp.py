"""adk.testing records the chats that an agent starts with other agents."""

from agentex_web.adk.testing import chat
from tests.turns_in_memory.agents import of_tests


async def test_a_made_chat_is_noted_once() -> None:
    async with chat(of_tests("dispatcher")) as opened:
        turn = await opened.send("go")
        await opened.restart()
        assert turn.status == "done"
        [made] = opened.record.made.values()
        assert (made.task.agent, made.task.title, made.task.parameters) == (
            "haiku",
            "Dispatched",
            {"from": "here"},
        )
        assert list(made.messages.values()) == ["dispatched: go"]
        refused = await opened.send("to nowhere")
    assert "was not started by this chat" in refused.error
