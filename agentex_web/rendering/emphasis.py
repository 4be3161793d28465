"""Bold, italic and struck text next to Chinese, Japanese and Korean text, which has no spaces around it.

CommonMark does not recognise the end of ``**「重要」**です``: it follows punctuation and precedes a letter.
These rules treat CJK characters like spaces there, as in https://github.com/tats-u/markdown-cjk-friendly;
other text is parsed as in markdown-it. (mdit-py-cjk-friendly 0.3 replaces a method of markdown-it's class.)
"""

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

_CJK = (
    (0x1100, 0x11FF),
    (0x2E80, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFE10, 0xFE1F),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)


def is_cjk(character: str) -> bool:
    code = ord(character)
    return code >= 0x1100 and any(first <= code <= last for first, last in _CJK)


def cjk_emphasis(state: StateInline, silent: bool) -> bool:
    """Handles ``*``, ``_`` and ``~~`` next to a CJK character; all others are left to markdown-it's rules."""
    src, start = state.src, state.pos
    marker = src[start]
    if silent or marker not in "*_~":
        return False
    end = start
    while end < state.posMax and src[end] == marker:
        end += 1
    before = src[start - 1] if start else " "
    after = src[end] if end < state.posMax else " "
    length = end - start
    if not (is_cjk(before) or is_cjk(after)) or (marker == "~" and length != 2):
        return False
    opens, closes = _flanks(before, after, splits_words=marker != "_")
    # One token for "~~" and one for each "*", as in markdown-it, whose own rules then pair them.
    for _ in range(1 if marker == "~" else length):
        state.push("text", "", 0).content = "~~" if marker == "~" else marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=0 if marker == "~" else length,
                token=len(state.tokens) - 1,
                end=-1,
                open=opens,
                close=closes,
            )
        )
    state.pos = end
    return True


def _flanks(before: str, after: str, *, splits_words: bool) -> tuple[bool, bool]:
    """Whether the run may open, and whether it may close: CommonMark's flanking rules, extended for CJK."""
    left = not after.isspace() and (not _is_mark(after) or before.isspace() or _separates(before))
    right = not before.isspace() and (not _is_mark(before) or after.isspace() or _separates(after))
    if splits_words:
        return left, right
    return left and (not right or _separates(before)), right and (not left or _separates(after))


def _is_mark(character: str) -> bool:
    return not is_cjk(character) and (isMdAsciiPunct(ord(character)) or isPunctChar(character))


def _separates(character: str) -> bool:
    return is_cjk(character) or _is_mark(character)
