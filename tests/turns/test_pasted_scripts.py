"""Eleven scripts pasted at once, in the shape of public examples: a worker offers the usable ones, and each answers."""

from collections.abc import Iterator

import pytest

from agentex_web.tasks.models import Agent
from tests.support.authored import authored
from tests.support.model_server import function_call, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack

IMPORTS = "import asyncio\nfrom agents import Agent, InputGuardrail, Runner, function_tool\n"
GUARDED = "\nif __name__ == '__main__':\n    asyncio.run(main())\n"

USABLE = {
    "pasted_hello": IMPORTS + "async def main():\n    agent = Agent(name='Assistant')\n"
    "    result = await Runner.run(agent, 'Hello')\n    print(result.final_output)\n" + GUARDED,
    "pasted_sync": IMPORTS + "poet = Agent(name='Poet')\nprint(Runner.run_sync(poet, 'Rain').final_output)\n",
    "pasted_tools": IMPORTS + "import random, time\n@function_tool\ndef roll() -> str:\n"
    '    """Rolls a die."""\n    time.sleep(0.01)\n    return f"rolled {random.choice([4])}"\n'
    "gambler = Agent(name='Gambler', tools=[roll])\nasync def main():\n"
    "    await Runner.run(gambler, 'Roll')\n" + GUARDED,
    "pasted_triage": IMPORTS + "faq = Agent(name='FAQ')\ntriage = Agent(name='Triage', handoffs=[faq])\n"
    "async def main():\n    current = triage\n    while True:\n        words = input('You: ')\n"
    "        result = await Runner.run(current, words)\n        current = result.last_agent\n" + GUARDED,
    "pasted_guardrail": IMPORTS + "from agents import GuardrailFunctionOutput\n"
    "async def check(context, agent, words):\n    return GuardrailFunctionOutput('fine', False)\n"
    "tutor = Agent(name='Tutor', input_guardrails=[InputGuardrail(guardrail_function=check)])\n",
    "pasted_workflow": "from temporalio import workflow\nfrom agents import Agent, Runner\n@workflow.defn\n"
    "class PastedWorkflow:\n    @workflow.run\n    async def run(self, prompt: str) -> str:\n"
    "        result = await Runner.run(Agent(name='Worker'), prompt)\n        return result.final_output\n",
    "pasted_guide": "from agentex.lib import adk\nfrom agentex.lib.core.temporal.types.workflow import SignalName\n"
    "from agentex.lib.types.acp import SendEventParams\nfrom temporalio import workflow\n"
    "from agents import Agent, Runner\n@workflow.defn(name='pasted-guide')\nclass PastedGuide:\n"
    "    def __init__(self) -> None:\n        self._task_id = None\n"
    "    @workflow.signal(name=SignalName.RECEIVE_EVENT)\n"
    "    async def on_task_event_send(self, params: SendEventParams) -> None:\n"
    "        self._task_id = params.task.id\n"
    "        await Runner.run(Agent(name='Guided'), params.event.content.content)\n",
    "pasted_pipeline": IMPORTS + "one = Agent(name='One')\ntwo = Agent(name='Two')\nasync def main():\n"
    "    first = await Runner.run(one, 'x')\n    second = await Runner.run(two, first.final_output)\n"
    "    print(second.final_output)\n" + GUARDED,
}
REFUSED = {
    "pasted_voice": ("from agents.realtime import RealtimeAgent\n", "line 1: agents.realtime keeps an audio"),
    "pasted_torch": (IMPORTS + "import torch_of_mars\n", "line 3: ModuleNotFoundError: No module named"),
    "pasted_demos": (
        IMPORTS + "one = Agent(name='One')\ntwo = Agent(name='Two')\nasync def main():\n"
        "    await Runner.run(one, 'x')\n    await Runner.run(two, 'y')\n" + GUARDED,
        "has several agents (one, two), and none is named `agent`. Write: agent = one.",
    ),
}


@pytest.fixture
def pasted(stack: Stack) -> Iterator[None]:
    with authored(stack) as files:
        files.write({**USABLE, **{name: source for name, (source, _) in REFUSED.items()}})
        files.restart()
        yield


def test_the_usable_ones_answer_and_the_others_say_why_not(
    stack: Stack, person: Person, pasted: None
) -> None:
    rows = {row.name: row for row in Agent.objects.filter(name__startswith="pasted_")}
    assert {name for name, row in rows.items() if row.available} == USABLE.keys(), rows
    for name, (_, reason) in REFUSED.items():
        assert f"{name}.py" in rows[name].error and reason in rows[name].error
    stack.model.script(function_call("roll", {}), text("To pasted_tools."), match="to pasted_tools")
    stack.model.script(text("To pasted_pipeline, at last."), match="To pasted_pipeline.")
    for name in USABLE.keys() - {"pasted_tools"}:
        stack.model.script(text(f"To {name}."), match=f"to {name}")
    begun = {name: last_turn(person.begin(name, f"to {name}")) for name in USABLE}
    for name, turn in begun.items():
        assert ended(turn).status == "done", (name, turn.error)
        assert turn.messages.filter(content=f"To {name}.", author="agent").exists(), name
    rolled = begun["pasted_tools"].messages.get(kind="tool_response")
    assert rolled.content == "rolled 4"
    answers = begun["pasted_pipeline"].messages.filter(kind="text", author="agent")
    assert [each.content for each in answers] == ["To pasted_pipeline, at last."]
