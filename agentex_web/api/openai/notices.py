"""What a response says if its turn waits for a person."""

from collections.abc import Sequence

from agentex_web.api.openai.given import NOTICE
from agentex_web.waits.models import Wait


def notice_of(waits: Sequence[Wait], address: str) -> str:
    """The text that ends the answer.

    Args:
        address: of the chat's page.
    """
    asked = "; ".join(f"“{each.title}”" if each.title else each.kind for each in waits)
    groups = sorted({each.group for each in waits if each.group})
    whose = f" of the group {', '.join(groups)}" if groups else ""
    return f"{NOTICE}{whose}: {asked}. Decide here: {address} Then it goes on in the chat."
