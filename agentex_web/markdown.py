"""Markdown to safe HTML: the one place where a model's words become markup.

markdown-it-py makes the HTML, Pygments colours code, nh3 (ammonia) keeps only what is listed here:
``MarkdownIt("commonmark")`` alone lets ``onerror=`` and ``hx-get=`` through (DESIGN.md).
"""

from collections.abc import Sequence
from functools import cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from mdit_py_plugins.tasklists import tasklists_plugin
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
    "a": {"href", "title", "target"},
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
    body = _colour(tokens[index].content, language)
    return f'<div class="code" data-language="{escape(language)}"><pre><code>{body}</code></pre></div>\n'


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("gfm-like", {"html": False})
    parser.use(tasklists_plugin, label=True)
    parser.add_render_rule("fence", _code_block)
    parser.add_render_rule("code_block", _code_block)
    return parser


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
    return _cleaner().clean(_parser().render(source))
