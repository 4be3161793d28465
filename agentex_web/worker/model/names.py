"""From a model's name to the model: prefixes choose a provider, as ``MultiProvider`` of openai-agents does.

Another server than OpenAI's may use such names for its models, as in ``Qwen/Qwen3-8B``: it is sent them as
they are, but for those of other libraries.
"""

from urllib.parse import urlsplit

from agentex_web.turns import registry
from agentex_web.worker.model.failures import failure
from agents import Model, ModelProvider

OPENAI_HOST = "api.openai.com"
_EXTRAS = {"litellm": "litellm", "any-llm": "any-llm"}
"""Prefixes of the providers that come with extras of openai-agents, and the extras' names."""


def model_named(name: str | None, provider: ModelProvider, base_url: str | None) -> Model:
    """
    Args:
        name: what the agent asks for; None for the SDK's default.
        provider: of the models that the server at ``base_url`` has; None is OpenAI's.

    Raises:
        ApplicationError: of type ``ModelFailure``; the name has a prefix of which nothing is known here.
    """
    if name is not None and (given := registry.model_object(name)) is not None:
        return given
    if name is not None and (provided := registry.provided_model(name)) is not None:
        return provided
    prefix, slash, rest = (name or "").partition("/")
    if not slash:
        return provider.get_model(name)
    if prefix in _EXTRAS:
        return _of_extra(prefix, rest)
    if base_url and urlsplit(base_url).hostname != OPENAI_HOST:
        return provider.get_model(name)
    if prefix == "openai":
        return provider.get_model(rest)
    raise failure(
        f"The model “{name}” has the unknown prefix “{prefix}/”. Known are openai/, litellm/ and any-llm/. "
        "For a server of your own that uses such names, set OPENAI_BASE_URL.",
        retry=False,
    )


def _of_extra(prefix: str, model: str) -> Model:
    try:
        if prefix == "litellm":
            from agents.extensions.models.litellm_provider import LitellmProvider

            return LitellmProvider().get_model(model)
        from agents.extensions.models.any_llm_provider import AnyLLMProvider

        return AnyLLMProvider().get_model(model)
    except ImportError:
        raise failure(
            f"The model “{prefix}/{model}” needs a package that is not installed: "
            f"pip install 'openai-agents[{_EXTRAS[prefix]}]'",
            retry=False,
        ) from None
