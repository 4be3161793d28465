"""What agents remember over chats: writes, as in record.py."""

from agentex_web.turns.memory_payloads import Forget, Remember, Remembered
from agentex_web.turns.record_calls import perform


async def remember_for_person(asked: Remember) -> Remembered:
    """Remembers a text about the task's owner, unless they have switched that off."""
    return await perform("remember_for_person", asked, Remembered)


async def forget_for_person(asked: Forget) -> bool:
    """Deletes what is remembered under a number. Returns whether it was there."""
    return await perform("forget_for_person", asked, bool)
