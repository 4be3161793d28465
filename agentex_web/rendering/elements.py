"""The HTML of single elements: code, formulas, images and table cells."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import Any

from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from pygments.formatters import HtmlFormatter
from pygments.lexer import DelegatingLexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from agentex_web.rendering import footnotes
from agentex_web.rendering.limits import TooComplex, check, is_over, part

COLOURS = 0.5
"""The share of a text's time that highlighting one block of code may take; beyond that it is shown plain."""
HIGHLIGHT_LENGTH = 100_000
"""Code with more characters than this is not highlighted."""
LINE_LENGTH = 2_000
"""Code with a longer line is not highlighted: some of Pygments's patterns take quadratic time within a line
and cannot be interrupted. With 100 KB of INI in one line, the first token took 11 s."""
TWO_LANGUAGES_LENGTH = 20_000
"""Code in two languages at once, such as PHP in HTML, is not highlighted beyond this length, because Pygments
reads all of it before it yields the first token."""
OWN_FILE = re.compile(r"/attachments/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/(?:[\w.-]{1,100})?")
"""URLs that an image may have. Each shows its file only to the owner of the chat."""

Coloured = tuple[Any, str]
"""A token of Pygments: its type and its text."""
_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


def _colour(source: str, language: str) -> str:
    if not language or len(source) > HIGHLIGHT_LENGTH or is_over() or _has_long_line(source):
        return escape(source)
    try:
        with part(COLOURS):
            return _highlighted(source, language)
    except (ClassNotFound, TooComplex):
        return escape(source)


def _has_long_line(source: str) -> bool:
    return len(source) > LINE_LENGTH and any(len(line) > LINE_LENGTH for line in source.split("\n"))


def _highlighted(source: str, language: str) -> str:
    """Highlights source code; returns its HTML.

    Raises:
        ClassNotFound: no lexer knows the language.
        TooComplex: the time for rendering is used up, or the code is too long for its language.
    """
    parts: list[str] = []
    lexer = get_lexer_by_name(language)
    if isinstance(lexer, DelegatingLexer) and len(source) > TWO_LANGUAGES_LENGTH:
        raise TooComplex

    class Parts:
        def write(self, text: str) -> None:
            parts.append(text)

    # The time is checked for each token, not in `write`: the formatter writes whole lines, of any length.
    _FORMATTER.format(_while_time(lexer.get_tokens(source)), Parts())
    return "".join(parts)


def _while_time(tokens: Iterable[Coloured]) -> Iterator[Coloured]:
    for token in tokens:
        check()
        yield token


def _code_block(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    words = tokens[index].info.split()
    language = words[0][:40] if words else ""
    source = tokens[index].content
    if language == "mermaid":
        kind, body = "code diagram", escape(source)
    else:
        kind, body = "code", _colour(source, language)
    return f'<div class="{kind}" data-language="{escape(language)}"><pre><code>{body}</code></pre></div>\n'


def _inline_math(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    return f'<span class="math inline">{escape(tokens[index].content.strip())}</span>'


def _displayed_math(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    return f'<span class="math display">{escape(tokens[index].content.strip())}</span>'


def _block_math(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    return f'<div class="math display">{escape(tokens[index].content.strip())}</div>\n'


def _image(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    """Shows the chat's own files; other images become links, as the page's CSP allows no other sources."""
    token = tokens[index]
    source, alt = str(token.attrs.get("src", "")), escape(token.content)
    if OWN_FILE.fullmatch(source):
        return f'<img src="{escape(source)}" alt="{alt}">'
    words = alt or escape(source)
    if token.meta.get("in_link"):
        return words
    return f'<a class="image-link" href="{escape(source)}">{words}</a>'


def _cell(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    """Sets the cell's alignment as a class, because the page's CSP allows no style attributes."""
    token = tokens[index]
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return f'<{token.tag} class="{escape(side)}">' if side else f"<{token.tag}>"


def _tag(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    return tokens[index].content


RULES: dict[str, Callable[..., Any]] = {
    "fence": _code_block,
    "code_block": _code_block,
    "image": _image,
    "th_open": _cell,
    "td_open": _cell,
    "math_inline": _inline_math,
    "math_inline_double": _displayed_math,
    "math_block": _block_math,
    "tag": _tag,
    "footnote_reference": footnotes.render_reference,
    "footnote_reference_open": footnotes.render_note_open,
    "footnote_reference_close": footnotes.render_note_close,
}
