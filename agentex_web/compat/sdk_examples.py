"""``examples.auto_mode`` of openai-agents-python, which many of its examples import.

The package of the SDK does not hold it. An example that is pasted into agents/ imports it, and asks with it
at the keyboard whether a tool may be called; here the chat has asked before. So the module can be imported,
and where its functions are called all the same, they say what to write.
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
    """Nobody sits at the keyboard of a workflow."""


def _no_keyboard(_question: str, *_default: object, **_options: object) -> NoReturn:
    raise NoKeyboard(
        "Nobody sits at the keyboard of an agent. The chat asks before it calls a tool with needs_approval. "
        "For other questions, write: await adk.ask(“…”)."
    )


def is_auto_mode() -> bool:
    """False: people are asked."""
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
    """Finds the module where there is no other of its name."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in (_ROOT, _MODULE):
            return None
        return ModuleSpec(name, _Loader(), is_package=name == _ROOT)


def install() -> None:
    """Makes the module importable. Repeating it changes nothing."""
    if Finder not in sys.meta_path:
        # Last: a package of the author's own goes first.
        sys.meta_path.append(Finder)
