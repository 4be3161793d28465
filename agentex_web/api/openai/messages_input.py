"""The conversation of a request, from `messages` (Chat Completions) or `input` (Responses)."""

from collections.abc import Iterable

from agentex_web.api.openai.errors import ApiError, Json
from agentex_web.api.openai.fields import invalid, objects_of, text_of
from agentex_web.api.openai.given import ASSISTANT, USER, Given, GivenMessage, joined
from agentex_web.api.openai.parts import message_of

SYSTEM = ("system", "developer")
MOST_MESSAGES = 10_000


def conversation_of(body: Json) -> Given:
    """The conversation of a Chat Completions request.

    Raises:
        ApiError: it is invalid, or its last message is not the person's.
    """
    return _given(objects_of(body.get("messages"), "messages"), "messages", "")


def input_of(body: Json) -> Given:
    """The conversation of a Responses request; raises like ``conversation_of``."""
    given = body.get("input")
    items = [{"role": USER, "content": given}] if isinstance(given, str) else objects_of(given, "input")
    return _given(items, "input", text_of(body, "instructions"))


def _given(items: list[Json], param: str, system: str) -> Given:
    if len(items) > MOST_MESSAGES:
        raise invalid(param, f"it has {len(items):,} messages; the limit is {MOST_MESSAGES:,}")
    systems = [system] if system else []
    said: list[GivenMessage] = []
    for number, item in enumerate(items):
        at = f"{param}[{number}]"
        role = item.get("role")
        if item.get("type", "message") != "message" or role in ("tool", "function"):
            # Tool calls, their results, reasoning: another model's, or the agent's, which it remembers.
            continue
        if role not in (USER, ASSISTANT, *SYSTEM):
            raise invalid(f"{at}.role", "it must be user, assistant, system or developer")
        message = message_of(role, item.get("content"), f"{at}.content")
        if role in SYSTEM:
            systems.append(message.text)
        elif message.text.strip() or message.files:
            said.append(message)
    return _ordered(joined(said), "\n\n".join(filter(None, systems)), param)


def _ordered(said: Iterable[GivenMessage], system: str, param: str) -> Given:
    *before, asked = tuple(said) or (GivenMessage(ASSISTANT, ""),)
    if asked.role != USER:
        raise ApiError(
            f"The last message of “{param}” must be one of the role “user”, with a text or a file.",
            param=param,
        )
    while before and before[0].role == ASSISTANT:
        # An answer without a question, such as a greeting that the client shows.
        before.pop(0)
    return Given(asked, tuple(before), system)
