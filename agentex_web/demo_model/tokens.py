"""Cutting text into pieces that look like a model's tokens, and counting them.

The real tokenizer is not needed: usage only has to be plausible. OpenAI's rule of thumb is one token for
about four characters of English (help.openai.com, "What are tokens and how to count them").
"""

import re

# A word of up to six letters with the space before it, a run of punctuation, or leftover white space.
# Every character falls in one of the three, so joining the pieces gives the text back.
_PIECE = re.compile(r"\s?\w{1,6}|\s?[^\w\s]{1,3}|\s+")


def split(text: str) -> list[str]:
    """Pieces of `text`, one per token; joined they are `text` again."""
    return _PIECE.findall(text)


def estimate(text: str) -> int:
    """Tokens of a prompt's text, from its length: a prompt can be long, and cutting it up would cost time."""
    return (len(text) + 3) // 4
