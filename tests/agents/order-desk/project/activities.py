from agentex.lib import adk
from agentex.types.text_content import TextContent
from pydantic import BaseModel
from temporalio import activity

NOTE = "note_order"


class Note(BaseModel):
    task_id: str
    words: str


class Notes:
    def __init__(self):
        self._taken = 0

    @activity.defn(name=NOTE)
    async def note(self, note: Note) -> bool:
        """Writes to the chat from an activity."""
        self._taken += 1
        await adk.messages.create(note.task_id, TextContent(author="agent", content=f"Noted: {note.words}"))
        return True


@activity.defn
async def price_of(item: str) -> str:
    """The price of an item."""
    return f"{item} costs 7"
