"""What the server keeps between requests, and who answers one: a script, a command, or the persona."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from . import persona
from .answers import Answer, Fault
from .commands import Commands
from .holds import Holds
from .items import length, normalised
from .prompt import Prompt
from .records import RequestLog
from .scripts import ScriptBook


@dataclass(slots=True)
class Service:
    """The model server's state.

    Attributes:
        tokens_per_second: pace of answers that do not set their own; 0 is unpaced.
        first_token_after: seconds before the first delta of answers that do not set their own.
    """

    tokens_per_second: float = 40.0
    first_token_after: float = 0.15
    scripts: ScriptBook = field(default_factory=ScriptBook)
    requests: RequestLog = field(default_factory=RequestLog)
    holds: Holds = field(default_factory=Holds)
    commands: Commands = field(default_factory=Commands)

    def _own(self, prompt: Prompt) -> Answer:
        answer = self.commands.answer(prompt) or Answer(persona.reply(prompt))
        return replace(answer, model="demo")

    def answer(self, prompt: Prompt) -> Answer:
        """The answer to one model call, with its pace filled in and the caller's token limit applied."""
        answer = self.scripts.take(prompt) or self._own(prompt)
        output = [normalised(item) for item in answer.output]
        rate, delay = answer.tokens_per_second, answer.first_token_after
        fault = answer.fault
        if fault is None and prompt.limit is not None and length(output) > prompt.limit:
            fault = Fault("incomplete", after=prompt.limit)
        return replace(
            answer,
            output=output,
            fault=fault,
            tokens_per_second=self.tokens_per_second if rate is None else rate,
            first_token_after=self.first_token_after if delay is None else delay,
        )
