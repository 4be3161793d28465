"""Replaces function tools and activities of the agent's file in a test, by name."""

import asyncio
import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from agentex_web.adk.testing.waits import WaitsForTest


@dataclass(frozen=True)
class ToolRun:
    """One run of a replaced tool; each attempt counts as a run.

    Attributes:
        arguments: the arguments that the activity would have received.
    """

    name: str
    arguments: tuple[Any, ...]


@dataclass(eq=False)
class HeldTool:
    """A tool that waits until the test calls ``release`` with its result."""

    _result: "asyncio.Future[Any]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def release(self, result: object) -> None:
        """Ends the wait. The tool raises ``result`` if it is an exception, otherwise returns it."""
        if isinstance(result, BaseException):
            self._result.set_exception(result)
        else:
            self._result.set_result(result)

    @property
    def waits(self) -> bool:
        """True until the tool is released."""
        return not self._result.done()

    async def wait(self) -> Any:
        return await asyncio.shield(self._result)


class Tools:
    """``tools["get_weather"] = …``: a value is returned, an exception raised, a function called.

    The function may be ``async``. Activities and function tools can be replaced, except those that run in the
    workflow, such as tools marked with ``adk.pure``.

    Attributes:
        runs: the runs of replaced tools, in order.
    """

    def __init__(
        self,
        activities: Collection[str],
        function_tools: Callable[[], Collection[str]],
        waits: WaitsForTest,
    ) -> None:
        self.runs: list[ToolRun] = []
        self._activities = activities
        self._function_tools = function_tools
        self._waits = waits
        self._replaced: dict[str, object] = {}

    def __setitem__(self, name: str, result: object) -> None:
        """Replaces the tool or activity of this name.

        Raises:
            KeyError: the agent's file has no tool of this name that runs in an activity.
        """
        known = {*self._activities, *self._function_tools()}
        if name not in known:
            raise KeyError(f"No tool is named {name}; there are {', '.join(sorted(known)) or 'none'}.")
        self._replaced[name] = result

    def __delitem__(self, name: str) -> None:
        """Removes the replacement, so that the tool's own code runs again."""
        del self._replaced[name]

    def __contains__(self, name: str) -> bool:
        return name in self._replaced

    def hold(self, name: str) -> HeldTool:
        """Makes the tool wait until the test calls ``release`` on the returned object."""
        self[name] = held = HeldTool()
        return held

    async def run(self, name: str, arguments: Sequence[Any]) -> Any:
        """Runs the replacement that the test gave."""
        self.runs.append(ToolRun(name, tuple(arguments)))
        result = self._replaced[name]
        if isinstance(result, HeldTool):
            return await self._held(result)
        if callable(result):
            result = result(*arguments)
            return await result if inspect.isawaitable(result) else result
        if isinstance(result, BaseException):
            raise result
        return result

    async def _held(self, tool: HeldTool) -> Any:
        with self._waits.held(lambda: tool.waits):
            return await tool.wait()
