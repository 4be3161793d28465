"""Finds the model objects in an agent's modules. The worker calls them; workflows refer to them by name."""

from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from agentex_web.compat.handoff_targets import reachable
from agents import Agent, Model, ModelProvider, MultiProvider, RunConfig


def found_models(name: str, modules: Iterable[ModuleType]) -> dict[str, Model]:
    """The model objects, by the name that workflows send to the worker.

    Args:
        name: the name of the agent's file, with which the names begin.
    """
    models: dict[int, Model] = {}
    for model in _models(modules):
        models.setdefault(id(model), model)
    return {
        f"{name}/{number}/{getattr(model, 'model', type(model).__name__)}": model
        for number, model in enumerate(models.values())
    }


def found_providers(name: str, modules: Iterable[ModuleType]) -> dict[str, ModelProvider]:
    """The model providers, standalone or in a RunConfig, by the prefix of their models' names.

    Args:
        name: the name of the agent's file.
    """
    providers: dict[int, ModelProvider] = {}
    for module in modules:
        for value in list(vars(module).values()):
            given = _provider_in(value)
            # A RunConfig without a provider has the SDK's own.
            if isinstance(given, ModelProvider) and type(given) is not MultiProvider:
                providers.setdefault(id(given), given)
    return {f"provider:{name}/{number}/": each for number, each in enumerate(providers.values())}


def _provider_in(value: object) -> object:
    match value:
        case RunConfig():
            return value.model_provider
        case {"model_provider": provider}:
            return provider
        case _:
            return value


def agents_in(modules: Iterable[ModuleType]) -> Iterator[Agent[Any]]:
    """The agents at the modules' top level, and those that they may hand over to."""
    seen: set[int] = set()
    for module in modules:
        for value in list(vars(module).values()):
            for agent in reachable(value) if isinstance(value, Agent) else ():
                if id(agent) not in seen:
                    seen.add(id(agent))
                    yield agent


def _models(modules: Iterable[ModuleType]) -> Iterator[Model]:
    modules = list(modules)
    for module in modules:
        for value in list(vars(module).values()):
            if isinstance(value, Model):
                yield value
            elif isinstance(value, RunConfig) and isinstance(value.model, Model):
                yield value.model
    for agent in agents_in(modules):
        if isinstance(agent.model, Model):
            yield agent.model
