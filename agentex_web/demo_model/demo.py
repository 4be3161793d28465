"""Answers one model call: a command, a tool call, what the tools returned, a haiku or a canned sentence."""

import json
from dataclasses import replace

from . import sentences, tool_calls
from .answers import Answer, Json, text, thought
from .commands import Commands
from .filling import Filling
from .prompt import Prompt


class Demo:
    """The demo model; it paces answers that do not set their own pace (tokens per second, seconds)."""

    def __init__(self, tokens_per_second: float, first_token_after: float) -> None:
        self._pace = (tokens_per_second, first_token_after)
        self._commands = Commands()

    def answer(self, prompt: Prompt) -> Answer:
        """The answer to one model call; raises ApiError where a command asks for one."""
        return self.paced(replace(self._commands.answer(prompt) or Answer(_reply(prompt)), model="demo"))

    def paced(self, answer: Answer) -> Answer:
        """The answer with the server's pace where it has none."""
        given = (answer.tokens_per_second, answer.first_token_after)
        rate, delay = (usual if own is None else own for own, usual in zip(given, self._pace, strict=True))
        return replace(answer, tokens_per_second=rate, first_token_after=delay)


def _reply(prompt: Prompt) -> list[Json]:
    if calls := tool_calls.calls(prompt):
        return [thought(f"The message fits `{calls[0]['name']}`, so I call it."), *calls]
    if prompt.schema:
        filled = json.dumps(Filling(prompt.schema, prompt.message).value, ensure_ascii=False)
        return [
            thought("The answer has to fit a JSON schema, so I fill it in from the message."),
            text(filled),
        ]
    if results := tool_calls.results(prompt):
        return [thought("The tools have answered. I repeat what they returned."), text(results)]
    if "haiku" in f"{prompt.instructions} {prompt.message}".lower():
        return [thought("A haiku: five syllables, then seven, then five."), text(sentences.haiku(prompt))]
    return [thought("No tool fits the message, so I answer with a few words."), text(sentences.reply(prompt))]
