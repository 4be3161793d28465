"""Finds the model for a name: prefixes choose a provider, as in ``MultiProvider`` of openai-agents.

Servers other than OpenAI's may use such names themselves, as in ``Qwen/Qwen3-8B``. They get the name
unchanged, unless its prefix belongs to another library.
"""

from urllib.parse import urlsplit

from agentex_web.turns import registry
from agentex_web.turns.model_failure import model_failure
from agents import Model, ModelProvider

OPENAI_HOST = "api.openai.com"
_EXTRAS = {"litellm": "litellm", "any-llm": "any-llm"}
"""Maps the prefixes of providers that need an extra of openai-agents to the names of the extras."""


def model_named(name: str | None, provider: ModelProvider, base_url: str | None) -> Model:
    """Returns the model of this name.

    Args:
        name: the name that the agent asks for; None for the SDK's default.
        provider: provides the models of the server at ``base_url``; None as ``base_url`` means OpenAI.

    Raises:
        ApplicationError: of type ``ModelFailure``; the name has an unknown prefix.
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
    raise model_failure(
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
        raise model_failure(
            f"The model “{prefix}/{model}” needs a package that is not installed: "
            f"pip install 'openai-agents[{_EXTRAS[prefix]}]'",
            retry=False,
        ) from None
