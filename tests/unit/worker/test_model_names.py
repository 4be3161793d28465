"""The prefix of a model's name chooses the provider; a custom server gets names unchanged."""

import pytest
from temporalio.exceptions import ApplicationError

from agentex_web.turns import registry
from agentex_web.turns.registry import AgentDescription
from agentex_web.worker.model.names import model_named
from agents import OpenAIProvider, OpenAIResponsesModel

PROVIDER = OpenAIProvider(api_key="none", use_responses=True)
OWN = "http://models.example/v1"


def name_sent(name: str | None, base_url: str | None) -> str:
    model = model_named(name, PROVIDER, base_url)
    assert isinstance(model, OpenAIResponsesModel)
    return str(model.model)


@pytest.mark.parametrize(
    ("name", "base_url", "sent"),
    [
        ("gpt-5", None, "gpt-5"),
        ("openai/gpt-5", None, "gpt-5"),
        ("openai/gpt-5", "https://api.openai.com/v1", "gpt-5"),
        ("openai/gpt-oss-120b", OWN, "openai/gpt-oss-120b"),
        ("Qwen/Qwen3-8B", OWN, "Qwen/Qwen3-8B"),
    ],
)
def test_the_name_that_is_sent(name: str, base_url: str | None, sent: str) -> None:
    assert name_sent(name, base_url) == sent


def test_an_unknown_prefix_is_refused_at_openai() -> None:
    with pytest.raises(
        ApplicationError, match="unknown prefix “mistral/”. Known are openai/, litellm/"
    ) as found:
        name_sent("mistral/large", None)
    assert found.value.non_retryable


@pytest.mark.parametrize("prefix", ["litellm", "any-llm"])
def test_a_missing_extra_is_named(prefix: str) -> None:
    with pytest.raises(ApplicationError, match=rf"pip install 'openai-agents\[{prefix}\]'"):
        name_sent(f"{prefix}/anthropic/claude", OWN)


def test_an_object_of_the_agents_file_is_found() -> None:
    model = OpenAIProvider(api_key="own").get_model("x")
    file = AgentDescription("shop", "Shop", None, models={"shop/0/x": model})
    with registry.serving({"shop": file}):
        assert model_named("shop/0/x", PROVIDER, None) is model
