"""Words that are added to a text: its markup grows by the same words, and nothing is parsed again.

Nearly all that a model says is words after words. To parse the growing block for each of them took a third of
the web process's time, and the more the longer a paragraph became.
"""

import re

# Anything but white space, control characters and what Markdown, our own rules or HTML may take for markup.
_LETTER = r"[^\s\x00-\x20!-/:-@\[-`{-\xa0\ud800-\udfff]"
_WORDS = re.compile(rf"(?:{_LETTER}|[ ,.;:!?'()-])+")
_LAST_WORD = re.compile(rf"\(?{_LETTER}(?:{_LETTER}|[,.;:!?'()-])*")
_ENDS = re.compile(r"(?:</(?:p|li|ul|ol|blockquote|h[1-6])>\n*)+")


def with_words(source: str, html: str, words: str) -> str | None:
    """The markup of ``source`` and ``words``; None if only the parser can tell.

    Args:
        source: Markdown in which all markup that has begun has ended.
        html: its markup.
        words: what follows.
    """
    text = source.rstrip(" ")
    line = text[text.rfind("\n") + 1 :]
    last = line[line.rfind(" ") + 1 :]
    if not _WORDS.fullmatch(words) or not _LAST_WORD.fullmatch(last):
        return None
    if "www." in last + words or line.lstrip().startswith("["):
        return None  # An address; a note or the target of a link.
    end = html.rfind(last) + len(last)
    if not _ENDS.fullmatch(html, end):
        return None  # It stands in code or in a table, or is not shown.
    # A parser leaves out spaces at the end of a block.
    added = (source[len(text) :] + words).rstrip(" ")
    return html[:end] + added + html[end:]
