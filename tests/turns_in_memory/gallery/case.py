"""A conversation with an agent of the gallery: the model's answers, and what the person writes and sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agentex_web.adk.testing.script import Answer


@dataclass(frozen=True)
class Case:
    """A conversation of two turns.

    Attributes:
        answers: the model's answers, by agent.
        first, second: for each turn, the person's message and the lines that the person then sees.
    """

    answers: Mapping[str, Sequence[Answer]]
    first: tuple[str, list[str]]
    second: tuple[str, list[str]]


GOOD, BAD = '{"good":true}', '{"good":false}'
NEEDS = '{"response":{"feedback":"Shorter.","score":"needs_improvement"}}'
PASS = '{"response":{"feedback":"","score":"pass"}}'
