"""What a person or another system does about a turn that waits, in a test: forms, timers, events."""

from typing import Any

from agentex_web.adk.testing.deciding import Deciding
from agentex_web.adk.testing.record import KeptWait
from agentex_web.turns.checking import check
from agentex_web.turns.wait_payloads import WaitKind


class Answering(Deciding):
    """The part of a ``Chat`` that answers forms, goes on before a time and reports events."""

    @property
    def form(self) -> KeptWait:
        """The oldest form that waits; ``form.asked.payload["fields"]`` are its questions.

        Raises:
            LookupError: none waits.
        """
        return self._oldest("form")

    async def answer(self, values: dict[str, Any] | None = None, *, wait: bool = True, **more: Any) -> None:
        """Answers the oldest form that waits.

        Args:
            values, more: by the names of the fields, as JSON values; a question that is a text has the one
                field ``answer``.
            wait: waits until the turn has ended, or waits again.

        Raises:
            LookupError: none waits.
            ValueError: the form's schema refuses the answer, as the page would.
        """
        form, given = self.form, {**(values or {}), **more}
        if errors := check(form.asked.payload["schema"], given):
            raise ValueError(f"The form refuses the answer: {errors}")
        await self._decide(form, {"values": given}, wait)

    async def skip(self, *, wait: bool = True) -> None:
        """Leaves the oldest form that waits unanswered.

        Raises:
            LookupError: none waits.
            ValueError: it must be answered.
        """
        form = self.form
        if not form.asked.payload["skippable"]:
            raise ValueError("This form must be answered.")
        await self._decide(form, {"skipped": True}, wait)

    async def go_on(self, *, wait: bool = True) -> None:
        """Presses “Continue now” on the oldest timer that waits.

        Raises:
            LookupError: none waits.
        """
        await self._decide(self._oldest("timer"), {"early": True}, wait)

    async def post_event(self, name: str, body: Any = None, *, wait: bool = True) -> None:
        """Another system reports an event. It is kept where nothing waits for it yet."""
        waiting = [each for each in self._waiting("event") if each.asked.payload.get("name") == name]
        if not waiting:
            self.record.events.setdefault(name, []).append(body)
            if wait:
                await self.ended()
            return
        await self._decide(waiting[0], {"body": body}, wait)

    async def task_answered(
        self, text: str, *, status: str = "done", error: str = "", wait: bool = True
    ) -> None:
        """The oldest chat that ``turn.start_task`` started, and nobody has answered, ends with this answer.

        Raises:
            LookupError: none was started.
        """
        started = [each for each in self._waiting("event") if "task" in each.asked.payload]
        if not started:
            raise LookupError("No task was started.")
        await self._decide(started[0], {"status": status, "text": text, "error": error}, wait)

    async def _decide(self, chosen: KeptWait, value: dict[str, Any], wait: bool) -> None:
        await self.decide(chosen, value)
        if wait:
            await self.ended(self.record.turns[chosen.asked.turn_id])

    def _waiting(self, kind: WaitKind) -> list[KeptWait]:
        return [each for each in self.waiting if each.asked.kind == kind]

    def _oldest(self, kind: WaitKind) -> KeptWait:
        waiting = self._waiting(kind)
        if not waiting:
            raise LookupError(f"No {kind} waits.")
        return waiting[0]
