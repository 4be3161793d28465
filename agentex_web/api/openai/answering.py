"""Answers a request that has sent its message: waits for the turn, or follows it."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import aclosing, contextmanager, suppress

from django.http import Http404, HttpRequest

from agentex_web.accounts.api_keys import still_works
from agentex_web.accounts.invitations import trusted_origin
from agentex_web.accounts.models import ApiKey
from agentex_web.actions.open_sockets import TooManySockets, open_sockets
from agentex_web.actions.stopping import stop
from agentex_web.api.openai.errors import ApiError, gone
from agentex_web.api.openai.following import Following
from agentex_web.api.openai.state import TurnState, read_state
from agentex_web.api.openai.steps import Ended
from agentex_web.background import in_background
from agentex_web.tasks.threads import in_database

ANSWER_SECONDS = 600.0
"""How long a request without a stream waits: as long as OpenAI's clients do."""
ON_DISCONNECT = "X-Agentex-On-Disconnect"
"""A header of requests. With ``stop``, the turn is stopped when its client goes away; else it goes on."""
RETRY_SECONDS = 10


class Answer:
    """The answer to one request."""

    def __init__(self, request: HttpRequest, key: ApiKey, turn_id: uuid.UUID) -> None:
        self._key = key
        self._turn_id = turn_id
        # As in mails: a program may reach the server under a name that browsers do not know.
        self._site = trusted_origin() or f"{request.scheme}://{request.get_host()}"
        self._stops = request.headers.get(ON_DISCONNECT, "") == "stop"

    async def state(self) -> TurnState:
        """The turn as it is now.

        Raises:
            ApiError: it is not the person's, or its chat was deleted.
        """
        state = await in_database(read_state, self._key.person, self._turn_id, self._site)
        if state is None:
            raise gone()
        return state

    @contextmanager
    def counted(self, following: Following) -> Iterator[None]:
        """Counts the person's open answers while the block runs, and ends this one if its key is revoked.

        Raises:
            ApiError: the person has too many.
        """

        async def check() -> None:
            if await in_database(still_works, self._key.pk) is None:
                following.end()

        following.check = check
        try:
            with open_sockets().opened(self._key.person_id, check, "answer"):
                yield
        except TooManySockets:
            raise ApiError(
                "Too many answers are open at the same time. Close some, or wait for their end.",
                429,
                code="rate_limit_exceeded",
                retry_after=RETRY_SECONDS,
            ) from None

    async def end(self) -> TurnState:
        """The turn at its end, or when it waits for a person; as it is if that takes ANSWER_SECONDS."""
        following = Following(self.state, await self.state(), is_settled=True)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                with self.counted(following):
                    async with aclosing(following.steps()) as batches:
                        async for steps in batches:
                            if steps and isinstance(steps[-1], Ended):
                                return steps[-1].state
        except TimeoutError:
            pass
        except asyncio.CancelledError:
            self.left()
            raise
        return await self.state()

    def left(self) -> None:
        """The client went away before the end. The turn goes on, unless the request says otherwise."""
        if self._stops:
            in_background(self._stop(), f"The Stop of turn {self._turn_id}")

    async def _stop(self) -> None:
        with suppress(ApiError, Http404):
            state = await self.state()
            if not state.turn.finished_at:
                await stop(self._key.person, state.turn.task_id)
