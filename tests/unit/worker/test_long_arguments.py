"""A call whose arguments are too long is not run; its card keeps their beginning."""

from agentex_web.tasks.models import Message
from agentex_web.turns.tool_limits import MOST_CHARACTERS
from agentex_web.worker.model import rows
from agentex_web.worker.model.drafts import Draft


def test_the_card_keeps_the_beginning_of_long_arguments() -> None:
    draft = Draft(0, Message.Kind.TOOL_REQUEST)
    draft.text = "x" * (MOST_CHARACTERS + 1)
    kept = rows.content_of(draft)
    assert kept.startswith("(Only the first 1,000,000 of 1,000,001 characters are here.)")
    draft.text = '{"a": 1}'
    assert rows.content_of(draft) == '{"a": 1}'
    answer = Draft(0, Message.Kind.TEXT)
    answer.text = "x" * (MOST_CHARACTERS + 1)
    assert rows.content_of(answer) == answer.text
