"""Plain text within Markdown. Standard library only."""

import re

_MARKUP = re.compile(r"[\\`*_\[\]<>$~|&^#]")
_ENTITIES = {"[": "&#91;", "]": "&#93;"}
"""Instead of a backslash, which would begin a formula with a bracket."""


def escaped(text: str) -> str:
    """One line of text as Markdown that shows all of it as it is."""
    return _MARKUP.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), text)
