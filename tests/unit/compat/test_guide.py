"""agentex_web/compat/guide.py is needed while Temporal refuses workflows that are written as in the guide."""

import pytest
from temporalio import workflow

from agentex_web.adk.testing import chat, text
from agentex_web.compat import guide
from agentex_web.compat.temporal_definitions import has_run, run_function, workflow_name
from agentex_web.turns.event import SendEventParams
from agentex_web.turns.payloads import SignalName
from agents import Agent, Runner

temporals_own = workflow.defn


class WithoutRun:
    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        await Runner.run(Agent(name="Poet", instructions="Answer in verse."), params.event.content.content)


def test_temporal_refuses_a_workflow_without_run() -> None:
    with pytest.raises(ValueError, match="Missing @workflow.run"):
        temporals_own(type("Copy", (), dict(vars(WithoutRun))))


def test_a_file_of_the_guide_is_imported_with_another_decorator() -> None:
    with guide.without_run():
        assert workflow.defn is guide.defn
    assert workflow.defn is temporals_own


@guide.defn(name="Poet of the guide")
class Poet(WithoutRun):
    """Its handler comes from a base class."""


def test_a_run_is_added() -> None:
    assert has_run(Poet) and workflow_name(Poet) == "Poet of the guide"


def test_adapting_it_again_changes_nothing() -> None:
    run = run_function(Poet)
    assert guide.adapt(Poet) is Poet
    assert run_function(Poet) is run


async def test_it_gets_one_turn_at_a_time() -> None:
    async with chat(Poet) as poet:
        poet.model.script(text("Drip."), text("Drop."))
        await poet.queue("rain", "more rain")
        await poet.ended()
        assert [(turn.status, turn.answer) for turn in poet.turns] == [("done", "Drip."), ("done", "Drop.")]


def test_outside_activities_no_task_is_streamed_to() -> None:
    assert guide.streaming_task_id.get() == ""
