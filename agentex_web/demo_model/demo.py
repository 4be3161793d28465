"""Answers one model call: a command, a tool call, the tools' results, a haiku or a canned sentence."""

import json
from dataclasses import replace

from . import sentences, tool_calls
from .answers import Answer, Json, text, thought
from .commands import Commands
from .filling import Filling
from .product_requests import cut_answer, product_answer, rest
from .prompt import Prompt


class Demo:
    """The demo model. Answers without a pace of their own get this one (tokens per second, seconds)."""

    def __init__(self, tokens_per_second: float, first_token_after: float) -> None:
        self._rate, self._delay = tokens_per_second, first_token_after
        self._commands = Commands()

    def answer(self, prompt: Prompt) -> Answer:
        """Answers one model call; raises ApiError if a command asks for an error."""
        # Checked first and answered at once: these prompts quote the conversation, including its commands.
        if words := product_answer(prompt):
            return Answer([text(words)], tokens_per_second=0, model="demo")
        if (cut := cut_answer(prompt)) is not None:
            said, asked = cut
            return self.paced(replace(rest(self.answer(asked), said), model="demo"))
        return self.paced(replace(self._commands.answer(prompt) or Answer(_reply(prompt)), model="demo"))

    def paced(self, answer: Answer) -> Answer:
        """Returns the answer with the server's pace, unless it has its own."""
        rate = self._rate if answer.tokens_per_second is None else answer.tokens_per_second
        delay = self._delay if answer.first_token_after is None else answer.first_token_after
        return replace(answer, tokens_per_second=rate, first_token_after=delay)


def _reply(prompt: Prompt) -> list[Json]:
    if calls := tool_calls.calls(prompt):
        return [thought(f"The message fits `{calls[0]['name']}`, so I call it."), *calls]
    if prompt.schema:
        filled = json.dumps(Filling(prompt.schema, prompt.message).value, ensure_ascii=False)
        return [thought("The answer has to fit a JSON schema, so I fill it in."), text(filled)]
    if results := tool_calls.results(prompt):
        return [thought("The tools have answered. I repeat what they returned."), text(results)]
    if "haiku" in f"{prompt.instructions} {prompt.message}".lower():
        return [thought("A haiku: five syllables, then seven, then five."), text(sentences.haiku(prompt))]
    return [thought("No tool fits the message, so I answer with a few words."), text(sentences.reply(prompt))]
