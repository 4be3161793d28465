"""The activities for what agents remember over chats, working on the in-memory record."""

from temporalio import activity

from agentex_web.adk.testing.record import OnRecord
from agentex_web.turns.memory_payloads import Forget, Remember, Remembered


class MemoryActivities(OnRecord):
    """Each method implements the activity of the same name."""

    @activity.defn(name="remember_for_person")
    async def remember_for_person(self, asked: Remember) -> Remembered:
        known = self._record.memories
        number = next((each for each, text in known.items() if text == asked.text), max(known, default=0) + 1)
        known[number] = asked.text
        return Remembered(number, asked.text)

    @activity.defn(name="forget_for_person")
    async def forget_for_person(self, asked: Forget) -> bool:
        return self._record.memories.pop(asked.number, None) is not None
