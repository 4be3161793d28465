"""Haiku have seventeen syllables, and different questions get different haiku."""

from __future__ import annotations

import re

from openai import OpenAI

from agentex_web.demo_model.sentences import HAIKU
from tests.demo_model.asking import ask

# Words for which counting vowel groups gives a wrong result.
_IRREGULAR = {"becomes": 2, "sometimes": 2, "somebody": 3}

# Silent endings as in `tide`, `tides` and `turned`, but not those of `table`, `boxes` and `wanted`.
_SILENT = re.compile(r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)es?$|(?<=[bdfkmnprtvw])es$|(?<=th)es$|(?<=[^td])ed$")


def syllables(line: str) -> int:
    return sum(_syllables_of(word) for word in re.findall(r"[a-z]+", line.lower()))


def _syllables_of(word: str) -> int:
    return _IRREGULAR.get(word) or max(1, len(re.findall(r"[aeiouy]+", _SILENT.sub("", word))))


def test_every_haiku_is_five_seven_five() -> None:
    for lines in HAIKU.values():
        assert [syllables(line) for line in lines.split(" / ")] == [5, 7, 5], lines


def test_instructions_that_ask_for_haiku_get_a_different_one_for_each_prompt(client: OpenAI) -> None:
    prompts = ("Tell me about recursion in programming.", "my cat", "rain", "the night sky", "marbles", "hi")
    answers = [ask(client, words, instructions="You only respond in haiku.").output_text for words in prompts]
    assert len(set(answers)) == len(prompts)
    for answer in answers:
        assert [syllables(line) for line in answer.splitlines()] == [5, 7, 5]
