"""The agents that this process has loaded, by name. Workflows look theirs up here.

Process-wide: a workflow cannot be given them otherwise. The worker puts them here once, when it starts.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from agentex_web.turns import guard
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.options import MAX_TURNS
from agentex_web.turns.run_settings import RunSettings
from agentex_web.turns.tool_lookup import search_in
from agents import Agent, Model, ModelProvider, MultiProvider, RunHooks


class UnknownModel(AuthorError):
    """A model object that no file has at its top level, so the worker cannot find it."""


class UnknownAgent(AuthorError):
    """No file of this name was loaded by this worker."""


@dataclass(frozen=True)
class AgentDescription:
    """What one file in agents/ offers."""

    name: str
    """The file's name, which is the agent's in the record and in addresses."""
    title: str
    agent: Agent[Any] | None
    """None where the file brings a workflow of its own."""
    description: str = ""
    starters: tuple[str, ...] = ()
    allow_manual_result: bool = False
    """True if everyone may enter the result of a failed tool by hand, and not only staff."""
    edit_answers: bool = False
    """True if everyone may change the text of its answers in their own chats, and not only staff."""
    hooks: Callable[[str], RunHooks[Any]] | None = None
    """Makes the hooks of one turn from the task's id; None for the default ones."""
    max_turns: int = MAX_TURNS
    settings: RunSettings = field(default_factory=RunSettings)
    workflow: type | None = None
    """Takes the person's messages; None for the chat workflow."""
    other_workflows: tuple[type, ...] = ()
    """Those that it starts as children."""
    activities: tuple[Callable[..., Any], ...] = ()
    models: Mapping[str, Model] = field(default_factory=dict)
    """The model objects in its modules, by the names that workflows send to the worker."""
    providers: Mapping[str, ModelProvider] = field(default_factory=dict)
    """The providers of models in its modules, by the prefix that their models' names have on the way."""
    mcp_servers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    """Those that people may switch off, by name, with what the menu says of them."""
    file: str = ""
    """As messages name it: ``agents/shop/workflow.py``."""
    warnings: tuple[str, ...] = ()
    """What its author should know, although it works."""

    @property
    def workflows(self) -> list[type]:
        """All workflows of its own."""
        return [*([self.workflow] if self.workflow else []), *self.other_workflows]

    def require_agent(self) -> Agent[Any]:
        """
        Raises:
            UnknownAgent: the file now brings a workflow of its own instead.
        """
        if self.agent is None:
            raise UnknownAgent(
                f"{self.file or self.name} defines no agent any more. Start a new chat with it."
            )
        return self.agent


_loaded: dict[str, AgentDescription] = {}


def put(descriptions: Mapping[str, AgentDescription]) -> None:
    """Replaces what was loaded before."""
    _loaded.clear()
    _loaded.update(descriptions)
    _find_tools()


@contextmanager
def serving(descriptions: Mapping[str, AgentDescription]) -> Iterator[None]:
    """For as long as the block runs, these are known too; for tests."""
    before = dict(_loaded)
    _loaded.update(descriptions)
    _find_tools()
    try:
        yield
    finally:
        put(before)


def model_object(name: str) -> Model | None:
    """The object that a workflow means by this name; None if it is the name of a model."""
    return next((each.models[name] for each in _loaded.values() if name in each.models), None)


def provided_model(name: str) -> Model | None:
    """The model that a file's own provider has by this name; None if no prefix of one begins it."""
    for each in _loaded.values():
        for prefix, provider in each.providers.items():
            if name.startswith(prefix):
                return provider.get_model(name.removeprefix(prefix) or None)
    return None


def provider_prefix(provider: object) -> str:
    """What the names of a provider's models begin with on their way to the worker; empty for the default.

    Public examples give RunConfig a client as its provider. Beside a model object, the SDK asks neither.

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
    """The name by which the worker finds a model object; names stay as they are.

    Raises:
        UnknownModel: no file has the object at its top level.
    """
    if model is None or isinstance(model, str):
        return model
    known = [pair for each in _loaded.values() for pair in each.models.items()]
    # A workflow may have imported its module again, in its sandbox: then another object is meant alike.
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
    """How the agents of a file run; the defaults for one that this worker has not loaded."""
    return _loaded[name].settings if name in _loaded else RunSettings()


def _find_tools() -> None:
    found = _loaded.values()
    defined = [part for each in found for part in (*each.workflows, *each.activities)]
    modules = sorted({each.__module__ for each in defined})
    guard.watch(modules)
    search_in([each.agent for each in found if each.agent], modules)


def get(name: str) -> AgentDescription:
    """
    Raises:
        UnknownAgent: the worker was started without it.
    """
    if name not in _loaded:
        raise UnknownAgent(
            f"The worker has no agent “{name}”. Put it back into agents/ and restart the worker."
        )
    return _loaded[name]
