"""Closes the unfinished markup at the end of a text that streams, or leaves it out until it is complete.

So an unpaired ``**`` does not appear as asterisks that vanish a moment later.
"""

import re
from collections import defaultdict

from agentex_web.rendering.emphasis import is_cjk
from agentex_web.rendering.limits import TooComplex
from agentex_web.rendering.markdown import blocks_to_html, plain_html, within_limits
from agentex_web.rendering.parser import block_tokens

_MARKERS = "-*+_=#|`~:$\\ \t\f\v"
_BACKTICKS = re.compile("`+")
NUMBER_LENGTH = 10
"""Limit on the length of a number in a list, including its dot."""


def closed_to_html(text: str) -> str:
    """A streaming text as HTML; plain text with a note if it is too complex."""
    try:
        with within_limits(len(text)):
            return blocks_to_html(closed(text), {})[0]
    except TooComplex:
        return plain_html(text)


def closed(text: str) -> str:
    """The text as it is rendered while it streams: unfinished markup is closed, or not shown yet."""
    head, newline, line = text.rpartition("\n")
    tokens = block_tokens(text, {})
    if tokens and tokens[-1].type in ("fence", "code_block"):
        unfinished = tokens[-1].type == "fence" and _is_only(line, "`~", "`~")
        return head + newline if unfinished else text
    if _may_become_a_block(line):
        text = head + newline
    leaf = next((token.content for token in reversed(tokens) if token.type == "inline"), "")
    if leaf.startswith(("$$", "\\[")) and tokens[-1].type == "paragraph_close":
        closing = "$$" if leaf.startswith("$$") else "\\]"
        return text if closing in leaf[2:] else f"{text.rstrip()}\n{closing}"
    if tokens and tokens[-1].type == "paragraph_close":
        text = _without_rows(text)
    return _close_inline(text)


def _may_become_a_block(line: str) -> bool:
    """True for a line that may still become a list, heading, rule, table or fence; it is not shown yet."""
    if _is_only(line, _MARKERS):
        return True
    rest = line.lstrip("> \t\f\v")
    number = rest.rstrip()
    if len(rest) - len(number) <= 1 and number.rstrip(".)").isdecimal() and len(number) <= NUMBER_LENGTH:
        return len(number) - len(number.rstrip(".)")) <= 1
    mark = rest[:1]
    run = len(rest) - len(rest.lstrip(mark)) if mark in ("`", "~") else 0
    return run >= 3 and "`" not in rest[run:]


def _is_only(line: str, characters: str, start: str = "") -> bool:
    """True if a line has only these characters after quote marks and spaces, and begins with a ``start``."""
    rest = line.lstrip("> \t\f\v")
    return not rest.strip(characters) and (not start or rest[:1] in start) and (not start or bool(rest))


def _without_rows(text: str) -> str:
    """Removes the last one or two table rows: they are a table only once the delimiter row has arrived."""
    lines = text.split("\n")
    end = len(lines) - 1 if not lines[-1] else len(lines)
    start = end
    while start > max(0, end - 2) and lines[start - 1].lstrip(" \t").startswith("|"):
        start -= 1
    return text if start == end else "\n".join([*lines[:start], ""])


def _close_inline(text: str) -> str:
    start = text.rfind("\n\n") + 1
    plain = _without_code(text[start:])
    if (last := plain.rfind("`")) >= 0:
        opening = len(plain[: last + 1].rstrip("`"))
        mark = plain[opening : last + 1]
        opened, body = text[: start + opening], text[start + last + 1 :]
        return f"{opened}{mark}{body}{mark}" if body.strip() else opened
    if (link := _open_link(plain)) is not None:
        begin, label = link
        text, plain = text[: start + begin] + label, plain[:begin] + label
    for marker in ("**", "~~"):
        if plain.count(marker) % 2:
            text = text.rstrip()
            text = text[: -len(marker)] if text.endswith(marker) else text + marker
            plain = plain.rstrip()
    if _has_open_star(plain.replace("**", "  ")) and not text.endswith("*"):
        text = text.rstrip() + "*"
    return text


def _without_code(text: str) -> str:
    """Replaces code spans by spaces, so that their content is not taken for markup."""
    runs = [(found.start(), found.end()) for found in _BACKTICKS.finditer(text)]
    by_length: defaultdict[int, list[int]] = defaultdict(list)
    for start, end in reversed(runs):
        by_length[end - start].append(start)
    parts, at = [], 0
    for start, end in runs:
        if start < at:
            continue
        same = by_length[end - start]
        while same and same[-1] <= start:
            same.pop()
        if same:
            stop = same[-1] + end - start
            parts += [text[at:start], " " * (stop - start)]
            at = stop
    return "".join([*parts, text[at:]])


def _open_link(text: str) -> tuple[int, str] | None:
    """Start and label of a link without an end, such as ``[the do`` or ``[the docs](https://exa``."""
    middle = text.rfind("](")
    if middle >= 0 and not any(each.isspace() or each in "()" for each in text[middle + 2 :]):
        label_end = middle
    else:
        label_end = len(text) - 1 if text.endswith("]") else len(text)
    begin = text.rfind("[", 0, label_end)
    label = text[begin + 1 : label_end]
    if begin < 0 or "]" in label or "\n" in label:
        return None
    return (begin - 1 if text[begin - 1 : begin] == "!" else begin), label


def _has_open_star(text: str) -> bool:
    """True if the last star may open emphasis that has no end yet. The text must not contain ``**``."""
    last = text.rfind("*")
    before, after = text[last - 1 : last] if last > 0 else "", text[last + 1 : last + 2]
    if last < 0 or not after or after.isspace() or before in ("_", "*", "\\"):
        return False
    if before and (is_cjk(before) or is_cjk(after)):
        # Both the start and the end of emphasis may be between CJK characters.
        return text.count("*") % 2 == 1
    return not before.isalnum()
