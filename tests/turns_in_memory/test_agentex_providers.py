"""agentex-sdk's adk.providers, in the shape of its tutorials 010, 020 and 050."""

import json
import sys
from pathlib import Path

import pytest

from agentex_web.adk.testing import chat, text, tool_call

WORKFLOW = """
from agentex.lib import adk
from agentex.lib.core.temporal.activities.adk.providers.openai_activities import (
    FunctionTool,
    TemporalInputGuardrail,
)
from agentex.lib.core.temporal.types.workflow import SignalName
from agentex.lib.core.temporal.workflows.workflow import BaseWorkflow
from agentex.lib.types.acp import CreateTaskParams, SendEventParams
from agentex.lib.types.llm_messages import LLMConfig, SystemMessage, UserMessage
from agents import ModelSettings
from mcp import StdioServerParameters
from pydantic import BaseModel
from temporalio import workflow
import json

MCP_SERVERS = [StdioServerParameters(command=PYTHON, args=[SERVER], env={"KEY": "its own"})]


class Verdict(BaseModel):
    output_info: dict
    tripwire_triggered: bool


async def no_soup(context, agent, input):
    return Verdict(
        output_info={"rejection_message": "No soup, please."}, tripwire_triggered="soup" in str(input[-1])
    )


async def calculate(context, args: str) -> str:
    given = json.loads(args)
    return f"{given['a'] + given['b']}"


CALCULATOR = FunctionTool(
    name="calculator",
    description="Adds.",
    params_json_schema={
        "type": "object",
        "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
    on_invoke_tool=calculate,
)
GUARDRAIL = TemporalInputGuardrail(guardrail_function=no_soup, name="soup")


@workflow.defn(name="provided")
class Provided(BaseWorkflow):
    def __init__(self):
        super().__init__(display_name="Provided")
        self._input = []

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        words = params.event.content.content
        if words == "clarify":
            message = await adk.providers.litellm.chat_completion_stream_auto_send(
                task_id=params.task.id,
                llm_config=LLMConfig(
                    model="gpt-4o-mini",
                    messages=[SystemMessage(content="Ask back."), UserMessage(content=words)],
                    stream=True,
                ),
                trace_id=params.task.id,
            )
            await adk.state.set(task_id=params.task.id, value={"asked": message.content.content})
            return
        self._input.append({"role": "user", "content": words})
        result = await adk.providers.openai.run_agent_streamed_auto_send(
            task_id=params.task.id,
            trace_id=params.task.id,
            input_list=self._input,
            mcp_server_params=MCP_SERVERS,
            agent_name="Helper",
            agent_instructions="Help.",
            model="gpt-5-mini",
            model_settings=ModelSettings(),
            tools=[CALCULATOR],
            input_guardrails=[GUARDRAIL],
            mcp_timeout_seconds=180,
            **({"unheard_of": 1} if words == "unknown" else {}),
        )
        self._input = result.final_input_list

    @workflow.run
    async def on_task_create(self, params: CreateTaskParams) -> None:
        await workflow.wait_condition(lambda: False)
"""


@pytest.fixture
def provided(tmp_path: Path) -> Path:
    server = Path(__file__).resolve().parents[1] / "support" / "small_mcp_server.py"
    path = tmp_path / "provided.py"
    names = f"PYTHON, SERVER = {json.dumps([sys.executable, str(server)])}\n"
    path.write_text(names + WORKFLOW)
    return path


async def test_its_agents_tools_servers_and_guardrails_work(provided: Path) -> None:
    async with chat(provided) as opened:
        opened.model.script(
            tool_call("calculator", a=2, b=3), tool_call("find_book", title="Emma"), text("Done.")
        )
        first = await opened.send("2 + 3, and Emma?")
        # The SDK asks the model while the guardrail still works.
        opened.model.script(text("Tomato soup."))
        refused = await opened.send("soup")
        unknown = await opened.send("unknown")
        opened.model.script(text("Which one?"))
        asked = await opened.send("clarify")
        state = opened.state
    assert (first.status, first.answer) == ("done", "Done."), first.error
    assert [each.output for each in first.tools] == ["5", "Emma stands on shelf 4"]
    assert "“soup”: No soup, please." in refused.error
    assert "adk.providers.openai has no argument unheard_of here" in unknown.error
    assert (asked.answer, state) == ("Which one?", {"asked": "Which one?"})
    assert opened.model.requests[-1].instructions == "Ask back."
