"""Keeps authors' code in workflows deterministic.

Clocks and random numbers are those of the workflow, which a replay repeats. Other calls that a replay would
not repeat raise an error that names the remedy.

Temporal's sandbox would import each author's module again for each chat, and wrap everything that it imports.
Here modules are imported once, and guarded in two ways. Names such as ``random`` and ``datetime`` in the
author's modules are replaced by versions that behave differently in workflows, and normally elsewhere
(replacements.py). Access to files, networks and programs is detected by Python's audit events, whichever
library makes it (violations.py).

Only authors' code is guarded. The SDKs and this product are trusted.
"""

import sys
from collections.abc import Iterable

from agentex_web.turns.authors_modules import AGENTS
from agentex_web.turns.guard import violations
from agentex_web.turns.guard.models import guard_models
from agentex_web.turns.guard.replacements import guard_defaults, guarded

_PRODUCT = "agentex_web."
_MARK = "__agentex_watched__"


def watch(modules: Iterable[str]) -> None:
    """Guards the code of these modules from now on. Calling it again has no effect."""
    classes: list[type] = []
    for name in modules:
        module = sys.modules.get(name)
        if module is None or _MARK in vars(module):
            continue
        if name.startswith(_PRODUCT) and not name.startswith(AGENTS):
            continue
        setattr(module, _MARK, True)
        violations.watch(name)
        for each, value in list(vars(module).items()):
            replaced = guarded(value)
            if replaced is not value:
                setattr(module, each, replaced)
            elif isinstance(value, type) and value.__module__ == name:
                guard_defaults(value)
                classes.append(value)
    guard_models(classes)
