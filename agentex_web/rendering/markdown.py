"""Markdown to safe HTML: the one place where a model's words become markup.

markdown-it-py makes the HTML, Pygments colours code, nh3 (ammonia) keeps only what is listed here:
``MarkdownIt("commonmark")`` alone lets ``onerror=`` and ``hx-get=`` through (DESIGN.md). Math and diagrams
leave here as their source, in elements that the page typesets and draws (static/js/conversation/).
"""

import threading
from collections.abc import MutableMapping, Sequence
from functools import cache
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from mdit_py_plugins.texmath import texmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

HIGHLIGHT_LENGTH = 100_000
"""Code longer than this many characters is shown uncoloured."""

_TAGS = set(
    (
        "a abbr b blockquote br code del div em h1 h2 h3 h4 h5 h6 hr i img input kbd label li ol p pre s "
        "span strong sub sup table tbody td th thead tr ul"
    ).split()
)
_ATTRIBUTES = {
    "a": {"href", "title", "target", "class"},
    "code": {"class"},
    "div": {"class", "data-language"},
    "img": {"src", "alt", "title", "loading"},
    "input": {"type", "checked", "disabled", "class"},
    "li": {"class"},
    "ol": {"start"},
    "span": {"class"},
    "td": {"class"},
    "th": {"class"},
    "ul": {"class"},
}


_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


def _colour(source: str, language: str) -> str:
    if not language or len(source) > HIGHLIGHT_LENGTH:
        return escape(source)
    try:
        return highlight(source, get_lexer_by_name(language), _FORMATTER)
    except ClassNotFound:
        return escape(source)


def _code_block(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    words = tokens[index].info.split()
    language = words[0][:40] if words else ""
    source = tokens[index].content
    if language == "mermaid":
        kind, body = "code diagram", escape(source)
    else:
        kind, body = "code", _colour(source, language)
    return f'<div class="{kind}" data-language="{escape(language)}"><pre><code>{body}</code></pre></div>\n'


def _bracket_math(state: StateInline, silent: bool) -> bool:
    r"""``\[…\]`` within a paragraph, where models write it too; texmath has it only as a block."""
    if not state.src.startswith("\\[", state.pos):
        return False
    end = state.src.find("\\]", state.pos + 2)
    if end < 0 or not state.src[state.pos + 2 : end].strip():
        return False
    if not silent:
        state.push("math_inline_double", "math", 0).content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True


def _inline_math(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    return f'<span class="math inline">{escape(tokens[index].content.strip())}</span>'


def _displayed_math(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    return f'<span class="math display">{escape(tokens[index].content.strip())}</span>'


def _block_math(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    return f'<div class="math display">{escape(tokens[index].content.strip())}</div>\n'


def _image(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    """Our own images are shown; others are named, for the page loads nothing from elsewhere (its CSP)."""
    token = tokens[index]
    source, alt = str(token.attrs.get("src", "")), escape(token.content)
    if source.startswith("/") and not source.startswith("//"):
        return f'<img src="{escape(source)}" alt="{alt}">'
    words = alt or escape(source)
    depth = sum({"link_open": 1, "link_close": -1}.get(each.type, 0) for each in tokens[:index])
    if depth > 0:
        return words
    return f'<a class="image-link" href="{escape(source)}">{words}</a>'


def _cell(renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    """Its alignment as a class: the page's policy allows no style attributes."""
    token = tokens[index]
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return f'<{token.tag} class="{escape(side)}">' if side else f"<{token.tag}>"


class _Local(threading.local):
    parser: MarkdownIt | None = None


_local = _Local()


def parser() -> MarkdownIt:
    """The rules, for whole texts and for those that still grow (live_markdown.py).

    One for each thread: linkify-it keeps where it is in itself.
    """
    if _local.parser is None:
        _local.parser = _parser()
    return _local.parser


def _parser() -> MarkdownIt:
    found = MarkdownIt("gfm-like", {"html": False})
    found.use(tasklists_plugin, label=True)
    found.use(texmath_plugin, delimiters="brackets")
    found.use(amsmath_plugin)
    found.inline.ruler.before("escape", "bracket_math", _bracket_math)
    # As pandoc does: no space within, no digit behind, so that "$5 and $10" are prices.
    dollars = {"allow_labels": False, "allow_space": False, "allow_digits": False}
    found.use(dollarmath_plugin, **dollars, allow_blank_lines=False, double_inline=True)
    for rule, render in {
        "fence": _code_block,
        "code_block": _code_block,
        "image": _image,
        "th_open": _cell,
        "td_open": _cell,
        "math_inline": _inline_math,
        "math_inline_double": _displayed_math,
        "math_block": _block_math,
        "math_block_eqno": _block_math,
        "amsmath": _block_math,
    }.items():
        found.add_render_rule(rule, render)
    return found


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
    )


def to_html(source: str) -> str:
    """Markdown as HTML that may be put into a page as it is."""
    return blocks_to_html(source, {})[0]


def blocks_to_html(source: str, env: MutableMapping[str, Any]) -> tuple[str, int]:
    """The HTML, and how many elements it has at its top.

    Args:
        env: the link references that the text so far has defined; those of ``source`` are added.
    """
    tokens = parser().parse(source, env)
    html = parser().renderer.render(tokens, parser().options, env)
    return _cleaner().clean(html), sum(token.level == 0 and token.nesting >= 0 for token in tokens)
