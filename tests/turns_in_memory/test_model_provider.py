"""RUN_CONFIG's model_provider: the worker gets the run's models from the author's provider."""

from pathlib import Path

import pytest

from agentex_web.adk.testing import chat, handoff, text
from agentex_web.adk.testing.loading import load_file
from agentex_web.turns import registry

SOURCE = """
from agents import Agent, ModelProvider, RunConfig, Runner
from agentex_web import adk


class Own(ModelProvider):
    def __init__(self, server):
        self.server = server

    def get_model(self, name):
        return f"{name} of {self.server}"


other = Agent(name="Other", model="large")
agent = Agent(name="First", handoffs=[other])
RUN_CONFIG = {config}
"""


@pytest.mark.parametrize(
    "config", ['RunConfig(model_provider=Own("oslo"))', '{"model_provider": Own("oslo")}']
)
async def test_models_come_from_the_authors_provider(tmp_path: Path, config: str) -> None:
    path = tmp_path / "provided.py"
    path.write_text(SOURCE.replace("{config}", config))
    async with chat(path) as opened:
        opened.model.script(handoff("Other"), text("Done."))
        turn = await opened.send("go")
        assert turn.status == "done"
        asked = [each.model for each in opened.model.requests]
        with registry.serving({"provided": load_file(path)}):
            assert asked == ["provider:provided/0/", "provider:provided/0/large"]
            assert [registry.provided_model(str(each)) for each in asked] == ["None of oslo", "large of oslo"]
            assert registry.provided_model("large") is None


async def test_a_provider_that_no_worker_could_find_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "made_late.py"
    workflow = """

class Late(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.run(other, turn.input, run_config=RunConfig(model_provider=Own("bergen")))
"""
    path.write_text(SOURCE.replace("{config}", "None") + workflow)
    async with chat(path) as opened:
        turn = await opened.send("go")
    assert turn.status == "failed"
    assert "cannot find this Own" in turn.error and "top level" in turn.error
