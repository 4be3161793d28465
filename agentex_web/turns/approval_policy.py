"""An author's settings for approvals: who decides, until when, and when people are reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from agentex_web.turns.durations import Duration
from agentex_web.turns.tool_lookup import called_function
from agents import Agent, FunctionTool

_POLICY = "__agentex_approval__"
T = TypeVar("T", bound=FunctionTool)


@dataclass(frozen=True, kw_only=True)
class Approval:
    """How the calls of a tool are approved. Use it to decorate a tool, or as APPROVAL in an agent's file.

        @adk.Approval(group="finance", people=2, deadline=timedelta(days=2))
        @function_tool
        def pay(amount: float, to: str) -> str: ...

    A decorated tool always needs an approval, even without ``needs_approval``.

    Attributes:
        deadline: how long to wait before ``otherwise`` takes effect; None waits forever.
        otherwise: the decision at the deadline: ``reject`` or ``approve``.
        reminders: when to remind the people who decide, counted from the request; None uses the product's
            setting.
        group: the group whose members decide, instead of the chat's owner.
        people: how many different people must approve.
    """

    deadline: Duration | None = None
    otherwise: Literal["reject", "approve"] = "reject"
    reminders: Sequence[Duration] | None = None
    group: str = ""
    people: int = 1

    def __post_init__(self) -> None:
        if self.people < 1:
            raise ValueError("Approval: people must be at least 1.")
        if self.people > 1 and not self.group:
            raise ValueError("Approval: with people=2 or more, name the group that they belong to.")
        if self.otherwise not in ("reject", "approve"):
            raise ValueError("Approval: otherwise must be “reject” or “approve”.")

    def __call__(self, tool: T) -> T:
        """Decorates a function tool.

        Raises:
            TypeError: ``tool`` is not a function tool. Write the decorator above ``@function_tool``.
        """
        if not isinstance(tool, FunctionTool):
            raise TypeError("Write @adk.Approval(…) above @function_tool.")
        setattr(called_function(tool), _POLICY, self)
        if tool.needs_approval is False:
            tool.needs_approval = True
        return tool


def tool_of(agent: Agent[Any], name: str) -> FunctionTool | None:
    """The agent's function tool of this name; None if it has none. Tools of MCP servers are not searched."""
    return next((each for each in agent.tools if isinstance(each, FunctionTool) and each.name == name), None)


def policy_of(tool: FunctionTool | None, otherwise: Approval | None) -> Approval:
    """The tool's own policy, else ``otherwise``, else the product's defaults."""
    found = getattr(called_function(tool), _POLICY, None) if tool is not None else None
    return found if isinstance(found, Approval) else otherwise or Approval()
