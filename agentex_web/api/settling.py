"""Waits until a turn has ended or waits for a person."""

import asyncio
import time
import uuid

from django.contrib.auth.models import User

from agentex_web.accounts.api_keys import still_works
from agentex_web.accounts.models import ApiKey
from agentex_web.actions.open_sockets import Check, TooManySockets, open_sockets
from agentex_web.api.problems import Problem
from agentex_web.api.site import unauthorized
from agentex_web.streams.entries import Entry
from agentex_web.streams.events import MessageDone, TurnChanged
from agentex_web.streams.reader import Resync, Subscription, stream_reader
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait

LONGEST = 60
"""Seconds. Proxies end a connection that is silent for longer."""
LOOK_EVERY = 2.0
"""How often the row is read although no event came: Redis may be down."""
CLOCKS_APART = 2.0
KIND = "stream"
"""How `OpenSockets` counts the API's streams, and requests that wait."""


def check_room(person: User) -> None:
    """Checks that a request of the person may wait. Called before it changes anything: a client
    that repeats a refused request without an id would send its message twice.

    Raises:
        Problem: the person has too many open streams in this process.
    """
    if open_sockets().is_full(person.pk, KIND):
        raise too_many_streams()


async def until_settled(key: ApiKey, task_id: uuid.UUID, turn_id: uuid.UUID, seconds: float) -> None:
    """Returns when the turn has ended or waits for a person, or when the time is over; at once if the person
    has got too many open streams since `check_room`.

    Raises:
        Problem: the key does not work any more.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    # A moment before the message was sent; what came before it does not matter.
    cursor = f"{int((time.time() - CLOCKS_APART) * 1000)}-0"
    try:
        with open_sockets().opened(key.person_id, _nothing(), KIND):
            async with stream_reader().subscribe(str(task_id), cursor, is_moment=True) as subscription:
                while (
                    not await in_database(_is_settled, key.person, key.pk, turn_id)
                    and (left := end - loop.time()) > 0
                ):
                    await _news(subscription, str(turn_id), min(left, LOOK_EVERY))
    except TooManySockets:
        return


def too_many_streams() -> Problem:
    detail = "You have too many open streams. Close some of them first."
    return Problem(429, detail, code="too_many_streams", headers={"Retry-After": "10"})


def _nothing() -> Check:
    """A function of its own for each request, as open sockets are told apart by theirs."""

    async def check() -> None:
        pass

    return check


async def _news(subscription: Subscription, turn_id: str, seconds: float) -> None:
    """Returns when something happened that may settle the turn, or when the time is over."""
    try:
        async with asyncio.timeout(seconds):
            while not _matters(await subscription.queue.get(), turn_id):
                pass
    except TimeoutError:
        return


def _matters(item: Entry | Resync, turn_id: str) -> bool:
    if isinstance(item, Resync):
        return True
    return isinstance(item.event, TurnChanged | MessageDone) and item.event.turn == turn_id


def _is_settled(_person: User, key_id: uuid.UUID, turn_id: uuid.UUID) -> bool:
    if still_works(key_id) is None:
        raise unauthorized()
    if not Turn.objects.filter(pk=turn_id, status__in=Turn.OPEN).exists():
        return True
    asks = Wait.objects.filter(turn=turn_id, status=Wait.Status.WAITING, kind__in=Wait.FOR_PEOPLE)
    return asks.exists()
