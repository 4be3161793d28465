"""`/v1/chat/completions`: clients send the whole conversation with each message."""

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from agentex_web.accounts.models import ApiKey
from agentex_web.api.openai.accepting import accept
from agentex_web.api.openai.answering import Answer
from agentex_web.api.openai.completion import Chunks, completion_of
from agentex_web.api.openai.endpoint import endpoint
from agentex_web.api.openai.errors import ApiError
from agentex_web.api.openai.following import Following
from agentex_web.api.openai.headers import named
from agentex_web.api.openai.messages_input import conversation_of
from agentex_web.api.openai.streaming import event_stream

DONE = b"data: [DONE]\n\n"


async def _create(request: HttpRequest, key: ApiKey) -> HttpResponseBase:
    wanted, turn_id = await accept(request, key, conversation_of)
    answer = Answer(request, key, turn_id)
    if wanted.streams:
        state = await answer.state()
        chunks = Chunks(state, with_usage=wanted.with_usage)
        following = Following(answer.state, state, is_settled=wanted.is_settled)
        return named(event_stream(answer, following, chunks, chunks.opening(), DONE), state)
    state = await answer.end()
    if not state.is_over:
        raise ApiError(
            "The agent is still working. Send the same request again to go on waiting, or ask for a stream.",
            504,
            code="still_working",
        )
    return named(JsonResponse(completion_of(state)), state)


completions = endpoint(post=_create)
