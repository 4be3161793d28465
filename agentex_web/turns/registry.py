"""The agents that this process has loaded, by name. Workflows look up their agents here.

The registry is process-wide, because there is no other way to give a workflow Python objects. The worker
fills it once, when it starts.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from agentex_web.compat.temporal_definitions import workflow_name
from agentex_web.turns import guard
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.options import MAX_TURNS
from agentex_web.turns.run_settings import RunSettings
from agentex_web.turns.tool_lookup import search_in
from agents import Agent, Model, ModelProvider, MultiProvider, RunHooks


class UnknownModel(AuthorError):
    """The worker cannot find a model object, because no file has it at its top level."""


class UnknownAgent(AuthorError):
    """This worker has loaded no file of this name."""


@dataclass(frozen=True)
class AgentDescription:
    """Everything that one file in agents/ defines."""

    name: str
    """The file's name. It names the agent in the record and in URLs."""
    title: str
    agent: Agent[Any] | None
    """None if the file defines its own workflow."""
    description: str = ""
    starters: tuple[str, ...] = ()
    allow_manual_result: bool = False
    """True if everyone, not only staff, may enter the result of a failed tool by hand."""
    edit_answers: bool = False
    """True if everyone, not only staff, may edit the text of the agent's answers in their own chats."""
    hooks: Callable[[str], RunHooks[Any]] | None = None
    """Makes the hooks of one turn from the task's id; None uses the default hooks."""
    max_turns: int = MAX_TURNS
    settings: RunSettings = field(default_factory=RunSettings)
    workflow: type | None = None
    """The workflow that receives the person's messages; None for the default chat workflow."""
    other_workflows: tuple[type, ...] = ()
    """The child workflows that it starts."""
    activities: tuple[Callable[..., Any], ...] = ()
    models: Mapping[str, Model] = field(default_factory=dict)
    """The model objects in its modules, by the names that workflows send to the worker."""
    providers: Mapping[str, ModelProvider] = field(default_factory=dict)
    """The model providers in its modules, by the prefix of their models' names in calls to the worker."""
    mcp_servers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    used_servers: Mapping[str, str] = field(default_factory=dict)
    """The MCP servers that its workflows name, each with the line; another file may have them."""
    tools: Mapping[str, str] = field(default_factory=dict)
    """The tools that people may switch off: their descriptions in the menu, by tool name."""
    file: str = ""
    """The path that error messages show, such as ``agents/shop/workflow.py``."""
    warnings: tuple[str, ...] = ()
    """Warnings for the author. The agent works nevertheless."""

    @property
    def workflows(self) -> list[type]:
        """All workflows that the file defines."""
        return [*([self.workflow] if self.workflow else []), *self.other_workflows]

    def require_agent(self) -> Agent[Any]:
        """Returns the file's agent.

        Raises:
            UnknownAgent: the file no longer defines an agent, but its own workflow.
        """
        if self.agent is None:
            raise UnknownAgent(
                f"{self.file or self.name} no longer defines an agent. Start a new chat with it."
            )
        return self.agent


_loaded: dict[str, AgentDescription] = {}


def put(descriptions: Mapping[str, AgentDescription]) -> None:
    """Replaces all loaded agents."""
    _loaded.clear()
    _loaded.update(descriptions)
    _find_tools()


@contextmanager
def serving(descriptions: Mapping[str, AgentDescription]) -> Iterator[None]:
    """Adds agents for the duration of the block. For tests."""
    before = dict(_loaded)
    _loaded.update(descriptions)
    _find_tools()
    try:
        yield
    finally:
        put(before)


def model_object(name: str) -> Model | None:
    """The model object of this name; None if the name belongs to no object but is a plain model name."""
    return next((each.models[name] for each in _loaded.values() if name in each.models), None)


def provided_model(name: str) -> Model | None:
    """The model of this name from a file's own provider; None if the name has no provider's prefix."""
    for each in _loaded.values():
        for prefix, provider in each.providers.items():
            if name.startswith(prefix):
                return provider.get_model(name.removeprefix(prefix) or None)
    return None


def provider_prefix(provider: object) -> str:
    """The prefix of a provider's model names in calls to the worker; empty for the default provider.

    It is also empty for objects that are no ModelProvider: some public examples pass a client as RunConfig's
    provider. With a model object, the SDK does not use the provider, so that works.

    Raises:
        UnknownModel: no file has the provider at its top level.
    """
    if type(provider) is MultiProvider or not isinstance(provider, ModelProvider):
        return ""
    for each in _loaded.values():
        for prefix, known in each.providers.items():
            if known is provider:
                return prefix
    raise UnknownModel(
        f"The worker cannot find this {type(provider).__name__}. Make the provider, or the RunConfig with "
        "it, at the top level of the agent's file."
    )


def model_name(model: str | Model | None) -> str | None:
    """The name by which the worker finds a model object. A plain model name is returned unchanged.

    Raises:
        UnknownModel: no file has the object at its top level.
    """
    if model is None or isinstance(model, str):
        return model
    known = [pair for each in _loaded.values() for pair in each.models.items()]
    # A workflow's sandbox may have imported the module again. Then an equal object with another identity is
    # meant.
    for is_same in (_is, _is_like):
        for name, each in known:
            if is_same(each, model):
                return name
    raise UnknownModel(
        f"The worker cannot find this {type(model).__name__}. Make the model object at the top level of the "
        "agent's file, or give the model's name as a text."
    )


def _is(one: Model, other: Model) -> bool:
    return one is other


def _is_like(one: Model, other: Model) -> bool:
    same_class = type(one).__qualname__ == type(other).__qualname__
    return same_class and getattr(one, "model", None) == getattr(other, "model", None)


def settings_of(name: str) -> RunSettings:
    """The run settings of a file's agents; the defaults if this worker has not loaded the file."""
    return _loaded[name].settings if name in _loaded else RunSettings()


def _find_tools() -> None:
    found = _loaded.values()
    defined = [part for each in found for part in (*each.workflows, *each.activities)]
    modules = sorted({each.__module__ for each in defined})
    guard.watch(modules)
    search_in([each.agent for each in found if each.agent], modules)


def get(name: str) -> AgentDescription:
    """Returns the description of an agent.

    Raises:
        UnknownAgent: the worker was started without this agent.
    """
    if name not in _loaded:
        raise UnknownAgent(
            f"The worker has no agent “{name}”. Put it back into agents/. A worker that does not reload must "
            "be restarted."
        )
    return _loaded[name]


def with_workflow(name: str) -> AgentDescription:
    """The agent whose file defines a workflow of this name.

    Raises:
        UnknownAgent: this worker has loaded no such file.
    """
    for each in _loaded.values():
        if name in map(workflow_name, each.workflows):
            return each
    raise UnknownAgent(f"No agent of the worker has the workflow “{name}”.")
