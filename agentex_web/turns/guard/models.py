"""Guards what pydantic models have as ``default_factory``, such as ``uuid4``, which their schemas keep."""

from collections.abc import Iterable

from pydantic import BaseModel

from agentex_web.turns.guard.replacements import guarded


def guard_models(classes: Iterable[type]) -> None:
    """Replaces the factories of the pydantic models among the classes."""
    models = [each for each in classes if issubclass(each, BaseModel)]
    changed = False
    for field in [field for each in models for field in each.model_fields.values()]:
        factory = guarded(field.default_factory)
        if factory is not field.default_factory:
            field.default_factory, changed = factory, True
    # A model contains the schemas of the models in its fields. These are usually defined before it, but may
    # be in a module that comes later.
    for each in 2 * models if changed else ():
        each.model_rebuild(force=True, raise_errors=False)
