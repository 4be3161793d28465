"""Provides ``examples.auto_mode`` of openai-agents-python, which many of its examples import.

The SDK's package does not contain it. An example that is pasted into agents/ imports it, to ask at the
keyboard whether a tool may be called; in this product, the chat has asked before. So the module can be
imported here. Its functions raise an error that says what to write instead.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import NoReturn

from agentex_web.turns.author_errors import AuthorError

_ROOT, _MODULE = "examples", "examples.auto_mode"


class NoKeyboard(AuthorError):
    """A workflow asked a question at the keyboard, which nobody can answer."""


def _no_keyboard(_question: str, *_default: object, **_options: object) -> NoReturn:
    raise NoKeyboard(
        "Nobody sits at the keyboard of an agent. The chat asks before it calls a tool with needs_approval. "
        "For other questions, write: await adk.ask(“…”)."
    )


def is_auto_mode() -> bool:
    """Returns False: people are asked."""
    return False


class _Loader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ == _MODULE:
            vars(module).update(
                confirm_with_fallback=_no_keyboard,
                input_with_fallback=_no_keyboard,
                is_auto_mode=is_auto_mode,
            )


class Finder:
    """Finds ``examples.auto_mode`` if no other finder has a module of that name."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in (_ROOT, _MODULE):
            return None
        return ModuleSpec(name, _Loader(), is_package=name == _ROOT)


def install() -> None:
    """Makes the module importable. Calling it again has no effect."""
    if Finder not in sys.meta_path:
        # Last, so that the author's own package takes precedence.
        sys.meta_path.append(Finder)
