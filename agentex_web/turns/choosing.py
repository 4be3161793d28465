"""What an agent's file lets people choose (``OPTIONS``), and how a turn heeds what they chose."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from agents.model_settings import ModelSettings
from openai.types.shared import Reasoning, ReasoningEffort

from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.payloads import Choices
from agents import Agent, RunConfig

EFFORTS: tuple[str, ...] = get_args(get_args(ReasoningEffort)[0])
"""From none to most, as the OpenAI API names them."""
USUAL_EFFORTS = ("low", "medium", "high")
HIGHEST_TEMPERATURE = 2.0
MOST_MODELS = 50
NAME_LENGTH = 200
SWITCHED_OFF = "The user has switched this tool off. Answer without it, or say that you would need it."
"""What a model is told that calls a tool all the same, because it did so earlier in the chat."""
ABOUT_THE_USER = (
    "The user has written these instructions for all of their chats. Follow them where they do not "
    "contradict what stands above:"
)


class BadOptions(AuthorError):
    """``adk.Options`` was given what cannot be chosen; the text says which and what to write."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What people may choose for an agent: the name OPTIONS of its file. What they leave is as the file says.

        OPTIONS = adk.Options(models=["gpt-5", "gpt-5-mini"], effort=True, temperature=(0, 1), tools=True)

    Attributes:
        models: names of models; or a dictionary, from each name to what people read.
        effort: how long the model thinks: True for low, medium and high, or the efforts that it knows.
        temperature: the lowest and the highest.
        tools: True lets each tool of the agent be switched off, a list only these.

    Raises:
        BadOptions: one of them cannot be chosen.
    """

    models: Sequence[str] | Mapping[str, str] = ()
    effort: bool | Sequence[str] = False
    temperature: tuple[float, float] | None = None
    tools: bool | Sequence[str] = False

    def __post_init__(self) -> None:
        _check_texts("models", self.models)
        if len(self.models) > MOST_MODELS:
            raise BadOptions(f"Options: {len(self.models)} models are more than the {MOST_MODELS} of a menu.")
        if not isinstance(self.effort, bool):
            _check_texts("effort", self.effort)
            if unknown := [each for each in self.effort if each not in EFFORTS]:
                raise BadOptions(f"Options: the effort {unknown[0]!r} is unknown. Use: {', '.join(EFFORTS)}.")
        if not isinstance(self.tools, bool):
            _check_texts("tools", self.tools)
        if self.temperature is not None and not _is_span(self.temperature):
            raise BadOptions(
                f"Options: temperature is {self.temperature!r}; write the lowest and the highest, "
                f"from 0 to {HIGHEST_TEMPERATURE:g}, such as (0, 1)."
            )

    @property
    def efforts(self) -> list[str]:
        """Those that may be chosen, from least to most."""
        if isinstance(self.effort, bool):
            return list(USUAL_EFFORTS) if self.effort else []
        return [each for each in EFFORTS if each in self.effort]

    @property
    def titles(self) -> dict[str, str]:
        """What people read of each model, by its name."""
        given = self.models
        return dict(given) if isinstance(given, Mapping) else {each: each for each in given}

    def may_switch_off(self, tool: str) -> bool:
        """True if people may do without the tool of this name."""
        return self.tools if isinstance(self.tools, bool) else tool in self.tools

    def allowed(self, choices: Choices) -> Choices:
        """The choices without what the file does not allow; it may have changed since they were made."""
        low, high = self.temperature or (1.0, 0.0)
        temperature = choices.temperature
        return dataclasses.replace(
            choices,
            model=choices.model if choices.model in self.titles else "",
            effort=choices.effort if choices.effort in self.efforts else "",
            temperature=temperature if temperature is not None and low <= temperature <= high else None,
            without=[each for each in choices.without if self.may_switch_off(each)],
        )


def chosen_config(config: RunConfig | None, choices: Choices, agent: Agent[Any]) -> RunConfig | None:
    """The settings of a run with the effort and the temperature that the person chose. Their model is the
    scope's: RunConfig's would take the agents' names from the calls.

    Args:
        config: of the agent's file.
        agent: that runs first. How it sums up its thoughts stays as it is.
    """
    if not (choices.effort or choices.temperature is not None):
        return config
    config = config or RunConfig()
    settings = ModelSettings(temperature=choices.temperature)
    if choices.effort:
        before = agent.model_settings.resolve(config.model_settings).reasoning or Reasoning()
        settings.reasoning = before.model_copy(update={"effort": choices.effort})
    merged = (config.model_settings or ModelSettings()).resolve(settings)
    return dataclasses.replace(config, model_settings=merged)


def offered(given: Mapping[str, Any], without: Iterable[str], instructions: str) -> Mapping[str, Any]:
    """What a call of the model is given, without the tools that are switched off, and with what the person
    wants agents to know.

    Args:
        given: the model's input, as temporalio-openai-agents sends it to its activity.
    """
    if off := set(without):
        tools = [each for each in given["tools"] if _name_of(each) not in off]
        settings = given["model_settings"]
        if not tools or settings.tool_choice in off:
            # The model must not be made to call what it is not offered.
            settings = dataclasses.replace(settings, tool_choice=None)
        given = {**given, "tools": tools, "model_settings": settings}
    if instructions:
        said = given.get("system_instructions") or ""
        about = f"{ABOUT_THE_USER}\n\n{instructions}"
        given = {**given, "system_instructions": f"{said}\n\n{about}" if said else about}
    return given


def _name_of(tool: Any) -> str:
    """Of a tool, or of what the plugin sends of one."""
    name = getattr(tool, "name", None)
    if name is None:
        config = getattr(tool, "tool_config", None)
        name = config.get("name") if isinstance(config, Mapping) else getattr(config, "name", None)
    return str(name or "hosted_mcp")


def _check_texts(name: str, given: Any) -> None:
    is_list = isinstance(given, Sequence | Mapping) and not isinstance(given, str)
    texts = [*given, *(given.values() if isinstance(given, Mapping) else ())] if is_list else []
    if not is_list or not all(isinstance(each, str) and 0 < len(each) <= NAME_LENGTH for each in texts):
        raise BadOptions(f"Options: {name} is {given!r}; write a list of texts.")


def _is_span(given: Any) -> bool:
    if not isinstance(given, tuple | list) or len(given) != 2:
        return False
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in given):
        return False
    low, high = float(given[0]), float(given[1])
    return 0 <= low < high <= HIGHEST_TEMPERATURE
