"""Shows an answer in JSON, as agents with an ``output_type`` give it, as fields that people can read.

Short values of an object are rows of a table; lists of small objects are tables; texts are Markdown. The JSON
itself is below, folded.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from pydantic_core import from_json

from agentex_web.rendering import limits
from agentex_web.rendering.fences import fence_of
from agentex_web.rendering.growing import LiveMarkdown, Rendered
from agentex_web.rendering.indented_json import MOST_TIMES, indented
from agentex_web.rendering.limits import TooComplex
from agentex_web.rendering.markdown import blocks_to_html, plain_html, to_html, within_limits
from agentex_web.rendering.unfinished import closed
from agentex_web.utf16 import utf16_length

WRAPPER = "response"
"""The only key of answers that are no object: the SDK wraps them."""
SHORT = 200
"""Longest text in a row, in characters."""
COLUMNS = 6
NESTING = 8
MOST_VALUES = 3_000
EMPTY = "–"
_URL = re.compile(r"https?://\S+")
_YES, _NO = (
    f'<span role="img" aria-label="{name}">{mark}</span>' for name, mark in (("true", "✓"), ("false", "✗"))
)


def is_fields(text: str) -> bool:
    """True if a text may be an object in JSON."""
    return text.lstrip()[:1] == "{"


def fields_html(text: str) -> str:
    """A complete answer. One that is no JSON, such as a cut one, is Markdown."""
    try:
        value = from_json(text)
    except ValueError:
        return to_html(text)
    fence = fence_of(text)
    source = f"{fence}json\n{indented(value, MOST_TIMES * len(text)) or text}\n{fence}"
    try:
        with within_limits(len(text)):
            shown, below = _Fields().whole(value), to_html(source)
            return f"{shown}<details><summary><code>JSON</code></summary>{below}</details>\n"
    except (TooComplex, RecursionError):
        return to_html(source)


def growing_fields_html(text: str) -> str:
    """An answer that is still streaming, with what is missing left out."""
    try:
        with within_limits(len(text)):
            return _Fields(is_growing=True).whole(from_json(text, allow_partial="trailing-strings"))
    except (ValueError, TooComplex, RecursionError):
        return plain_html(text)


class LiveFields:
    """One answer that grows; like ``LiveMarkdown``."""

    def __init__(self) -> None:
        self.length = 0
        self._text = ""
        self._markdown: LiveMarkdown | None = None

    @property
    def growing(self) -> int:
        """Number of characters that the next rendering must parse."""
        return len(self._text) if self._markdown is None else self._markdown.growing

    def append(self, text: str) -> None:
        self.length += utf16_length(text)
        self._text += text
        if self._markdown is not None:
            self._markdown.append(text)
        elif self._text.strip() and not is_fields(self._text):
            self._markdown = LiveMarkdown(self._text)

    def render(self) -> Rendered:
        """Renders everything."""
        if self._markdown is not None:
            return self._markdown.render()
        html = growing_fields_html(self._text)
        return Rendered(0, html, html)


class _Fields:
    """One rendering."""

    def __init__(self, *, is_growing: bool = False) -> None:
        self._is_growing = is_growing
        self._left = MOST_VALUES

    def whole(self, value: Any) -> str:
        if isinstance(value, Mapping) and list(value) == [WRAPPER]:
            value = value[WRAPPER]
        return self._block(value, 0)

    def _block(self, value: Any, depth: int) -> str:
        limits.check_now()
        if depth > NESTING:
            raise TooComplex
        if _is_short(value):
            return f"<p>{self._inline(value)}</p>\n"
        match value:
            case str():
                return self._markdown(value)
            case Mapping():
                return self._object(value, depth)
            case _:
                return self._list(value, depth)

    def _object(self, fields: Mapping[str, Any], depth: int) -> str:
        parts: list[str] = []
        rows: list[str] = []
        for name, value in fields.items():
            if _is_short(value):
                rows.append(_row(f"<td><strong>{_label(name)}</strong></td><td>{self._inline(value)}</td>"))
                continue
            parts += [
                _table(rows),
                f"<p><strong>{_label(name)}</strong></p>\n",
                self._block(value, depth + 1),
            ]
            rows = []
        return "".join([*parts, _table(rows)])

    def _list(self, values: Sequence[Any], depth: int) -> str:
        if (columns := _columns(values)) is not None:
            head = _row("".join(f"<th>{_label(each)}</th>" for each in columns))
            body = [
                _row("".join(f"<td>{self._inline(each.get(name))}</td>" for name in columns))
                for each in values
            ]
            return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>\n"
        items = [
            f"<li>{self._inline(each) if _is_short(each) else self._block(each, depth + 1)}</li>"
            for each in values
        ]
        return f"<ul>\n{''.join(items)}</ul>\n"

    def _inline(self, value: Any) -> str:
        self._left -= 1
        if self._left < 0:
            raise TooComplex
        match value:
            case True:
                return _YES
            case False:
                return _NO
            case str() if _URL.fullmatch(value):
                href = escape(value)
                return f'<a href="{href}" target="_blank" rel="noopener noreferrer nofollow">{href}</a>'
            case str() | int() | float() if value != "":
                return escape(str(value))
        return EMPTY

    def _markdown(self, text: str) -> str:
        return blocks_to_html(closed(text) if self._is_growing else text, {})[0]


def _is_short(value: Any) -> bool:
    """True for a value that fits into a row."""
    if isinstance(value, str):
        return len(value) <= SHORT and "\n" not in value.strip()
    return not isinstance(value, Mapping | list) or not value


def _columns(values: Sequence[Any]) -> list[str] | None:
    """The columns of a table of objects; None if the values do not fit into one."""
    if not all(isinstance(each, Mapping) and all(map(_is_short, each.values())) for each in values):
        return None
    names = list(dict.fromkeys(name for each in values for name in each))
    return names if 0 < len(names) <= COLUMNS else None


def _label(name: str) -> str:
    words = name.replace("_", " ").strip()
    return escape(words[:1].upper() + words[1:])


def _row(cells: str) -> str:
    return f"<tr>{cells}</tr>"


def _table(rows: Iterable[str]) -> str:
    body = "".join(rows)
    return f"<table><tbody>{body}</tbody></table>\n" if body else ""
