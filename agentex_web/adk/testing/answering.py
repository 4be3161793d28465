"""What a person or another system does in a test about a waiting turn: forms, timers, events."""

from typing import Any

from agentex_web.adk.testing.deciding import Deciding
from agentex_web.adk.testing.record import KeptWait
from agentex_web.turns.checking import check
from agentex_web.turns.wait_payloads import WaitKind


class Answering(Deciding):
    """The part of a ``Chat`` that answers forms, ends timers early and reports events."""

    @property
    def form(self) -> KeptWait:
        """The oldest waiting form; ``form.asked.payload["fields"]`` are its questions.

        Raises:
            LookupError: no form waits.
        """
        return self._oldest("form")

    async def answer(self, values: dict[str, Any] | None = None, *, wait: bool = True, **more: Any) -> None:
        """Answers the oldest waiting form.

        Args:
            values, more: JSON values by the names of the fields. A question that is a plain text has a single
                field named ``answer``.
            wait: wait until the turn has ended, or waits again.

        Raises:
            LookupError: no form waits.
            ValueError: the form's schema refuses the answer; the page would refuse it too.
        """
        form, given = self.form, {**(values or {}), **more}
        if errors := check(form.asked.payload["schema"], given):
            raise ValueError(f"The form refuses the answer: {errors}")
        await self._decide(form, {"values": given}, wait)

    async def skip(self, *, wait: bool = True) -> None:
        """Skips the oldest waiting form.

        Raises:
            LookupError: no form waits.
            ValueError: the form cannot be skipped.
        """
        form = self.form
        if not form.asked.payload["skippable"]:
            raise ValueError("This form must be answered.")
        await self._decide(form, {"skipped": True}, wait)

    async def go_on(self, *, wait: bool = True) -> None:
        """Presses “Continue now” on the oldest waiting timer.

        Raises:
            LookupError: no timer waits.
        """
        await self._decide(self._oldest("timer"), {"early": True}, wait)

    async def post_event(self, name: str, body: Any = None, *, wait: bool = True) -> None:
        """Reports an event, as another system would. It is kept until a turn waits for it."""
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
        """Ends the oldest unanswered chat that ``turn.start_task`` started, with this answer.

        Raises:
            LookupError: no such chat waits for an answer.
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
