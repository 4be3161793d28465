"""Tests as plain functions, for unittest and for pytest without an async plugin."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from typing import Any

from agentex_web.adk.testing.chat import chat
from agentex_web.adk.testing.loading import Target

AsyncTest = Callable[..., Coroutine[Any, Any, None]]


def with_chat(agent: Target, **options: Any) -> Callable[[AsyncTest], Callable[..., None]]:
    """Turns a coroutine function whose first argument is a chat with the agent into a test.

        @with_chat("agents/weather.py")
        async def test_it_says_hello(weather: Chat) -> None:
            weather.model.script(text("Hello!"))
            assert (await weather.send("Hi")).answer == "Hello!"

    Args:
        agent: the ``agent`` argument of ``chat``.
        options: the other arguments of ``chat``.
    """

    def decorate(test: AsyncTest) -> Callable[..., None]:
        async def within(*arguments: Any, **named: Any) -> None:
            async with chat(agent, **options) as opened:
                # The `self` of a test case comes first.
                await test(*arguments, opened, **named)

        def run(*arguments: Any, **named: Any) -> None:
            asyncio.run(within(*arguments, **named))

        parameters = list(inspect.signature(test).parameters.values())
        own = 1 if parameters and parameters[0].name == "self" else 0
        # pytest looks up a fixture for each parameter of the signature, and the chat is not a fixture.
        run.__signature__ = inspect.Signature(parameters[:own] + parameters[own + 1 :])  # type: ignore[attr-defined]
        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        run.__qualname__ = test.__qualname__
        return run

    return decorate
