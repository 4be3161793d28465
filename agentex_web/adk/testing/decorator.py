"""Tests as plain functions: for pytest without a plugin for ``async``, and for unittest."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from typing import Any

from agentex_web.adk.testing.chat import chat
from agentex_web.adk.testing.loading import Target

AsyncTest = Callable[..., Coroutine[Any, Any, None]]


def with_chat(agent: Target, **options: Any) -> Callable[[AsyncTest], Callable[..., None]]:
    """Makes a test of a coroutine function whose first argument is a chat with the agent.

        @with_chat("agents/weather.py")
        async def test_it_says_hello(weather: Chat) -> None:
            weather.model.script(text("Hello!"))
            assert (await weather.send("Hi")).answer == "Hello!"

    Args:
        agent: as ``chat`` takes it.
        options: as ``chat`` takes them.
    """

    def decorate(test: AsyncTest) -> Callable[..., None]:
        async def within(*arguments: Any, **named: Any) -> None:
            async with chat(agent, **options) as opened:
                # `self` of a test case comes first.
                await test(*arguments, opened, **named)

        def run(*arguments: Any, **named: Any) -> None:
            asyncio.run(within(*arguments, **named))

        parameters = list(inspect.signature(test).parameters.values())
        own = 1 if parameters and parameters[0].name == "self" else 0
        # What pytest looks for fixtures in: the chat is none.
        run.__signature__ = inspect.Signature(parameters[:own] + parameters[own + 1 :])  # type: ignore[attr-defined]
        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        run.__qualname__ = test.__qualname__
        return run

    return decorate
