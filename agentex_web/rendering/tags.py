"""HTML that models write in Markdown: ``<br> <sub> <kbd> <b>`` inline, and ``<details>`` as a block.

A tag without attributes becomes an element; other HTML stays text. The result is cleaned like all HTML.
"""

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_TAG = re.compile(r"<(?:br[ ]{0,3}/?|/?(?:sub|sup|kbd|mark|u|ins|b|strong|i|em|s|del))>", re.IGNORECASE)
_DETAILS = re.compile(r"<details(?: open(?:=\"\")?)?>", re.IGNORECASE)
_END = "</details>"
_SUMMARY, _SUMMARY_END = "<summary>", "</summary>"


def inline_tag(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "<":
        return False
    found = _TAG.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        tag = found[0].lower().replace(" ", "").replace("/>", ">")
        # Like a hard break of Markdown: in a paragraph, prose.css shows the newline and hides the element.
        is_break = tag == "<br>" and not state.src.startswith("\n", found.end())
        state.push("tag", "", 0).content = f"{tag}\n" if is_break else tag
    state.pos = found.end()
    return True


def details_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A block from a line that begins with ``<details>`` to one that ends with ``</details>``, or to the end.

    Its content is Markdown. A ``<summary>`` is the title if it is on one line.
    """
    if state.is_code_block(start_line):
        return False
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[begin : begin + 1] != "<":
        return False
    opening = _DETAILS.match(state.src, begin, state.eMarks[start_line])
    if opening is None:
        return False
    if silent:
        return True
    last = _last_line(state, start_line, end_line)
    is_open = "open" in opening[0].lower()
    token = state.push("details_open", "details", 1)
    token.map = [start_line, min(last + 1, end_line)]
    token.attrs = {"open": ""} if is_open else {}
    line = _summary(state, start_line, last, opening.end())
    _content(state, line, last, end_line)
    state.push("details_close", "details", -1)
    state.line = min(last + 1, end_line)
    return True


def _last_line(state: StateBlock, start_line: int, end_line: int) -> int:
    depth = 0
    for line in range(start_line, end_line):
        text = state.src[state.bMarks[line] : state.eMarks[line]].lower()
        depth += text.count("<details>") + text.count("<details open") - text.count(_END)
        if depth <= 0 and text.rstrip().endswith(_END):
            return line
    return end_line


def _summary(state: StateBlock, line: int, last: int, begin: int) -> int:
    """Parses the summary, if there is one, and returns the line on which the rest begins."""
    if not state.src[begin : state.eMarks[line]].strip() and line + 1 < min(last, state.lineMax):
        line += 1
        begin = state.bMarks[line] + state.tShift[line]
    text = state.src[begin : state.eMarks[line]]
    if text.lower().startswith(_SUMMARY) and (end := text.lower().find(_SUMMARY_END)) >= 0:
        state.push("summary_open", "summary", 1)
        inline = state.push("inline", "", 0)
        inline.content, inline.children = text[len(_SUMMARY) : end].strip(), []
        inline.map = [line, line + 1]
        state.push("summary_close", "summary", -1)
        begin += end + len(_SUMMARY_END)
    _start_at(state, line, begin)
    return line


def _start_at(state: StateBlock, line: int, begin: int) -> None:
    """Skips what is before ``begin`` on a line."""
    text = state.src[begin : state.eMarks[line]]
    state.bMarks[line] = begin
    state.tShift[line] = len(text) - len(text.lstrip(" \t"))
    state.sCount[line] = state.tShift[line] if text.strip() else state.sCount[line]


def _content(state: StateBlock, line: int, last: int, end_line: int) -> None:
    old_max, old_parent, stop = state.lineMax, state.parentType, min(last + 1, end_line)
    if last < end_line:
        text = state.src[state.bMarks[last] : state.eMarks[last]]
        at = text.lower().rfind(_END)
        old_end, state.eMarks[last] = state.eMarks[last], state.bMarks[last] + max(at, 0)
        state.tShift[last] = min(state.tShift[last], max(at, 0))
        if not text[: max(at, 0)].strip():
            stop = last
    state.lineMax, state.parentType = stop, "root"
    if line < stop:
        state.md.block.tokenize(state, line, stop)
    state.lineMax, state.parentType = old_max, old_parent
    if last < end_line:
        state.eMarks[last] = old_end
