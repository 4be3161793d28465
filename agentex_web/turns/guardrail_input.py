"""The input that guardrails get: items, as in a conversation, and a text, as most examples expect.

Examples call ``Runner.run(agent, "a text")``, and their guardrails use a text. In a chat the input is always
a list of items.
"""

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints


class GuardrailInput(list[Any]):
    """The input items. As a text, it is the person's last message: ``input.lower()``, ``"x" in input``.

    Length, indexes and iteration are those of the items.
    """

    @property
    def text(self) -> str:
        """The text of the last message of the person; empty without one."""
        for item in reversed(self):
            if isinstance(item, dict) and item.get("role") == "user":
                return _text_of(item.get("content"))
        return ""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or not hasattr(str, name):
            raise AttributeError(f"{type(self).__name__} has no attribute {name}")
        return getattr(self.text, name)

    def __contains__(self, wanted: object) -> bool:
        return wanted in self.text if isinstance(wanted, str) else super().__contains__(wanted)

    def count(self, wanted: Any, *bounds: Any) -> int:
        """How often a text occurs in the message, or an item in the list."""
        return self.text.count(wanted, *bounds) if isinstance(wanted, str) else super().count(wanted)

    def index(self, wanted: Any, *bounds: Any) -> int:
        """Where a text begins in the message, or the index of an item in the list."""
        return self.text.index(wanted, *bounds) if isinstance(wanted, str) else super().index(wanted, *bounds)

    def __eq__(self, other: object) -> bool:
        return self.text == other if isinstance(other, str) else super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return self.text != other if isinstance(other, str) else super().__ne__(other)

    __hash__ = None

    def __add__(self, other: Any) -> Any:
        return self.text + other if isinstance(other, str) else super().__add__(other)

    def __radd__(self, other: Any) -> Any:
        return other + self.text if isinstance(other, str) else [*other, *self]

    def __iadd__(self, other: Any) -> Any:
        return self + other if isinstance(other, str) else super().__iadd__(other)

    def __str__(self) -> str:
        return self.text

    def __format__(self, form: str) -> str:
        return format(self.text, form)


def input_for(guardrail_function: Callable[..., Any], given: Any) -> Any:
    """The input in the form in which an input guardrail's function expects it.

    Returns:
        a text, if the function's parameter is annotated as ``str``; else items that can be used as one.
    """
    if not isinstance(given, list):
        return given
    items = GuardrailInput(given)
    return items.text if _expects_text(guardrail_function) else items


def _expects_text(function: Callable[..., Any]) -> bool:
    try:
        names = list(inspect.signature(function).parameters)
        return len(names) == 3 and get_type_hints(function).get(names[2]) is str
    except (TypeError, ValueError, NameError):
        return False


def _text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [each["text"] for each in parts if isinstance(each, dict) and isinstance(each.get("text"), str)]
    return "\n".join(texts)
