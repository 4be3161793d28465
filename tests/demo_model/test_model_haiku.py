"""Haiku: seventeen syllables, and other words get others."""

from __future__ import annotations

from openai import OpenAI

from agentex_web.demo_model import haiku
from agentex_web.demo_model.haiku_lines import ANYTHING, AROUND, THEMES
from tests.demo_model.asking import ask


def test_every_haiku_is_five_seven_five() -> None:
    for theme in (*THEMES, ANYTHING):
        for count, lines in ((5, theme.first), (7, theme.second), (5, theme.third)):
            assert [line for line in lines if haiku.syllables(line) != count] == []
    words = {1: "Moss", 2: "Paper", 3: "Umbrella", 4: "Watermelon"}
    for count, frames in AROUND.items():
        assert [frame for frame in frames if haiku.syllables(frame.format(words[count])) != 5] == []


def test_instructions_that_ask_for_haiku_get_a_different_one_for_each_prompt(client: OpenAI) -> None:
    prompts = ("Tell me about recursion in programming.", "my cat", "rain", "the night sky", "marbles", "hi")
    answers = [ask(client, words, instructions="You only respond in haiku.").output_text for words in prompts]
    assert len(set(answers)) == len(prompts)
    for answer in answers:
        assert [haiku.syllables(line) for line in answer.splitlines()] == [5, 7, 5]
