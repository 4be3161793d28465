r"""Formulas: ``$a$``, ``$$a$$``, ``\(a\)``, ``\[a\]`` and LaTeX environments, inline and as blocks.

Replaces the plugins dollarmath, texmath and amsmath (mdit-py-plugins 0.7). Those take quadratic time for
unclosed openings, take prices for formulas, and let a formula begin inside a code span.
"""

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

INLINE_LENGTH = 2_000
"""Limit on the characters of an inline formula. The search for its end goes no further."""

_ENVIRONMENTS = (
    "equation multline gather align alignat flalign matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix eqnarray"
).split()
_BEGIN = re.compile(rf"\\begin\{{((?:{'|'.join(_ENVIRONMENTS)})\*?)\}}")
_BLOCK_ENDS = {"$$": "$$", "\\[": "\\]"}
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_PAIRS = {"\\(": ("\\)", "math_inline"), "\\[": ("\\]", "math_inline_double")}


def bracket_math(state: StateInline, silent: bool) -> bool:
    r"""``\(…\)`` and ``\[…\]`` within a paragraph."""
    pair = _PAIRS.get(state.src[state.pos : state.pos + 2])
    if pair is None:
        return False
    closing, kind = pair
    start = state.pos + 2
    end = state.src.find(closing, start, min(start + INLINE_LENGTH, state.posMax))
    if end < 0 or not state.src[start:end].strip():
        return False
    return _push(state, silent, kind, start, end, end + 2)


def dollar_math(state: StateInline, silent: bool) -> bool:
    """``$…$`` and ``$$…$$`` within a paragraph, unless the dollars belong to prices or shell variables.

    A formula has no space next to its dollars on the inside, and no letter or digit on the outside, except in
    an ordinal (``$n$th``). This follows pandoc but is stricter.
    """
    src, pos = state.src, state.pos
    if src[pos] != "$":
        return False
    mark = "$$" if src.startswith("$$", pos) else "$"
    start = pos + len(mark)
    before = src[pos - 1] if pos else " "
    if before.isalnum() or before in "$\\" or start >= state.posMax or src[start].isspace():
        return False
    end = _dollar_end(src, mark, start, min(start + INLINE_LENGTH, state.posMax))
    if end < 0:
        return False
    content, behind = src[start:end], end + len(mark)
    after = src[behind : behind + 1]
    if not content or content[-1].isspace() or after == "$":
        return False
    if after.isalnum() and not _ORDINAL.match(src, behind, state.posMax):
        return False
    if "`" in content or "**" in content or _is_prose(content):
        return False
    return _push(state, silent, "math_inline" if mark == "$" else "math_inline_double", start, end, behind)


def _dollar_end(src: str, mark: str, start: int, limit: int) -> int:
    end = src.find(mark, start, limit)
    while end > 0 and src[end - 1] == "\\":
        end = src.find(mark, end + 1, limit)
    return end


def _is_prose(content: str) -> bool:
    """True for text between two prices: “5 a month, or 10” begins with a digit and has words."""
    return content[0].isdigit() and any(len(word) > 1 and word.isalpha() for word in content.split())


def _push(state: StateInline, silent: bool, kind: str, start: int, end: int, after: int) -> bool:
    if not silent:
        state.push(kind, "math", 0).content = state.src[start:end]
    state.pos = after
    return True


def math_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A block from a line that begins with ``$$``, ``\\[`` or ``\\begin{…}`` to one that has its end."""
    if state.is_code_block(start_line):
        return False
    first = state.src[state.bMarks[start_line] + state.tShift[start_line] : state.eMarks[start_line]]
    opening, closing = first[:2], _BLOCK_ENDS.get(first[:2], "")
    if environment := _BEGIN.match(first):
        opening, closing = "", f"\\end{{{environment[1]}}}"
    if not closing:
        return False
    last = _last_line(state, start_line, end_line, opening, closing)
    if last < 0:
        return False
    if silent:
        return True
    lines = [first[len(opening) :]]
    lines += [
        state.src[state.bMarks[line] + min(state.tShift[line], state.blkIndent) : state.eMarks[line]]
        for line in range(start_line + 1, last + 1)
    ]
    content = "\n".join(lines).rstrip()
    token = state.push("math_block", "math", 0)
    token.block = True
    token.content = content if environment else content.removesuffix(closing)
    token.map = [start_line, last + 1]
    state.line = last + 1
    return True


def _last_line(state: StateBlock, start_line: int, end_line: int, opening: str, closing: str) -> int:
    """The last line of the formula, or -1. For each kind of end, each line is searched only once."""
    searched: dict[tuple[str, int], int] = state.env.setdefault(SEARCHED, {})
    if start_line < searched.get((closing, end_line), -1):
        return -1
    for line in range(start_line, end_line):
        begin = state.bMarks[line] + state.tShift[line]
        if line > start_line and begin < state.eMarks[line] and state.sCount[line] < state.blkIndent:
            break
        text = state.src[begin : state.eMarks[line]].rstrip()
        if line == start_line:
            text = text[len(opening) :]
            if closing in text and not text.endswith(closing):
                return -1  # An inline formula.
        elif not text and opening == "$$":
            break
        if text.endswith(closing) and (line > start_line or len(text) > len(closing)):
            return line
    searched[closing, end_line] = line
    return -1


SEARCHED = "agentex_math_searched"
"""Key in the parser's ``env``: up to which line there is no such end, by end and last line."""
