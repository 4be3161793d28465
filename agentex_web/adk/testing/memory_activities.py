"""The activities for what agents remember over chats, working on the in-memory record."""

from temporalio import activity

from agentex_web.adk.testing.record import OnRecord
from agentex_web.remembered import NotKept, check_room, checked
from agentex_web.turns.memory_payloads import Forget, Remember, Remembered


class MemoryActivities(OnRecord):
    """Each method implements the activity of the same name."""

    @activity.defn(name="remember_for_person")
    async def remember_for_person(self, asked: Remember) -> Remembered:
        known = self._record.memories
        try:
            text = checked(asked.text)
            number = next((each for each, other in known.items() if other == text), 0)
            if not number:
                check_room(len(known))
        except NotKept as refused:
            return Remembered(0, reason=str(refused))
        number = number or max(known, default=0) + 1
        known[number] = text
        return Remembered(number, text)

    @activity.defn(name="forget_for_person")
    async def forget_for_person(self, asked: Forget) -> bool:
        return self._record.memories.pop(asked.number, None) is not None
