"""The Markdown parser's rules: CommonMark with GitHub's extensions, formulas and a little HTML."""

import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink, normalizeLinkText
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import image as parse_image
from markdown_it.rules_inline import link as parse_link
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from agentex_web.rendering import elements, footnotes
from agentex_web.rendering.autolinks import autolink
from agentex_web.rendering.emphasis import cjk_emphasis
from agentex_web.rendering.limits import COLUMNS, NESTING, TooComplex, block_limit, inline_limit
from agentex_web.rendering.math import bracket_math, dollar_math, math_block
from agentex_web.rendering.tags import details_block, inline_tag

LABEL_LENGTH = 2_000
"""Limit on the characters of a link's text: markdown-it would search the whole paragraph for each bracket's
end."""
TOKENS_PER_CHARACTER, SPARE_TOKENS = 2, 1_000
"""Limit on the tokens of a text. markdown-it pads a table with many columns to up to 65,000 cells."""
# mdurl fills its tables of characters at their first use, and another thread would find them half full.
normalizeLink("https://example.com/")
normalizeLinkText("https://example.com/")
_PARAGRAPH_ENDS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}


class _Local(threading.local):
    parser: MarkdownIt | None = None


_local = _Local()


def parser() -> MarkdownIt:
    """The parser of this thread; it cannot be shared, as its rules keep state while they run."""
    if _local.parser is None:
        _local.parser = _parser()
    return _local.parser


def block_tokens(source: str, references: dict[str, Any]) -> list[Token]:
    """Parses the block structure only; inline markup is not parsed.

    Args:
        references: the link references and footnotes that earlier blocks have defined.
    """
    tokens: list[Token] = []
    env = {"references": dict(references.get("references", {}))}
    parser().block.parse(source, parser(), env, tokens)
    return tokens


def _parser() -> MarkdownIt:
    found = MarkdownIt(
        "gfm-like", {"html": False, "linkify": False, "alerts": True, "maxNesting": NESTING + 10}
    )
    found.use(tasklists_plugin, label=True)
    found.use(footnote_plugin, inline=False, move_to_end=False)
    inline, block = found.inline.ruler, found.block.ruler
    # An address may begin here. Stopping at each "w" would take most of the time for plain words.
    found.inline.terminator_re = re.compile(rf"{found.inline.terminator_re.pattern}|www\.")
    inline.at("footnote_ref", footnotes.footnote_reference)
    inline.at("link", _bounded(parse_link, "["))
    inline.at("image", _bounded(parse_image, "!["))
    inline.at("linkify", autolink)
    inline.before("escape", "bracket_math", bracket_math)
    inline.before("escape", "dollar_math", dollar_math)
    inline.before("strikethrough", "cjk_emphasis", cjk_emphasis)
    inline.before("html_inline", "tag", inline_tag)
    inline.before("text", "limit", inline_limit)
    block.before("fence", "math_block", math_block, _PARAGRAPH_ENDS)
    block.before("html_block", "details", details_block, _PARAGRAPH_ENDS)
    block.at("table", _narrow(_rule_of(found, "table")), {"alt": ["paragraph", "reference"]})
    block.before("table", "limit", block_limit, {"alt": [*_PARAGRAPH_ENDS["alt"], ""]})
    found.core.ruler.after("block", "size", _size)
    found.core.ruler.push("in_link", _mark_images)
    for rule, render in elements.RULES.items():
        found.add_render_rule(rule, render)
    return found


def _bounded(rule: Callable[[StateInline, bool], bool], opening: str) -> Callable[[StateInline, bool], bool]:
    """Wraps the rule so that it is tried only if a bracket closes within LABEL_LENGTH."""

    def bounded(state: StateInline, silent: bool) -> bool:
        if not state.src.startswith(opening, state.pos):
            return False
        if state.src.find("]", state.pos, state.pos + LABEL_LENGTH) < 0:
            return False
        return rule(state, silent)

    return bounded


def _narrow(
    table: Callable[[StateBlock, int, int, bool], bool],
) -> Callable[[StateBlock, int, int, bool], bool]:
    def narrow(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        if state.src.count("|", state.bMarks[start_line], state.eMarks[start_line]) > COLUMNS + 1:
            return False
        return table(state, start_line, end_line, silent)

    return narrow


def _rule_of(markdown: MarkdownIt, name: str) -> Callable[[StateBlock, int, int, bool], bool]:
    names = markdown.block.ruler.get_active_rules()
    return markdown.block.ruler.getRules("")[names.index(name)]


def _size(state: StateCore) -> None:
    if len(state.tokens) > TOKENS_PER_CHARACTER * len(state.src) + SPARE_TOKENS:
        raise TooComplex


def _mark_images(state: StateCore) -> None:
    """Marks each image that is inside a link, because it cannot become a link itself."""
    for token in state.tokens:
        depth = 0
        children: Sequence[Token] = token.children or ()
        for child in children:
            depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type == "image":
                child.meta["in_link"] = depth > 0
