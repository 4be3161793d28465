"""Adds words to rendered text without parsing it again: its HTML grows by the same words.

Nearly all of a model's output is words after words. Parsing the growing block again for each of them took a
third of the web process's time, and more the longer the paragraph was.
"""

import re

# Anything except white space, control characters and characters that Markdown, our rules or HTML treat as
# markup.
_LETTER = r"[^\s\x00-\x20!-/:-@\[-`{-\xa0\ud800-\udfff]"
_WORDS = re.compile(rf"(?:{_LETTER}|[ ,.;:!?'()-])+")
_LAST_WORD = re.compile(rf"\(?{_LETTER}(?:{_LETTER}|[,.;:!?'()-])*")
_ENDS = re.compile(r"(?:</(?:p|li|ul|ol|blockquote|h[1-6])>\n*)+")


def with_words(source: str, html: str, words: str) -> str | None:
    """Returns the HTML of ``source`` followed by ``words``; None if that must be parsed.

    Args:
        source: Markdown in which no markup is unfinished.
        html: the HTML of ``source``.
        words: the text that follows.
    """
    text = source.rstrip(" ")
    line = text[text.rfind("\n") + 1 :]
    last = line[line.rfind(" ") + 1 :]
    if not _WORDS.fullmatch(words) or not _LAST_WORD.fullmatch(last):
        return None
    if "www." in last + words or line.lstrip().startswith("["):
        return None  # A URL, or possibly a footnote or a link definition.
    end = html.rfind(last) + len(last)
    if not _ENDS.fullmatch(html, end):
        return None  # The word is in code or in a table, or is not shown.
    # The parser drops spaces at the end of a block.
    added = (source[len(text) :] + words).rstrip(" ")
    return html[:end] + added + html[end:]
