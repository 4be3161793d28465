"""An agent file of a shop, whose run context is a cart."""

from types import ModuleType
from typing import Any

from pydantic import BaseModel

from agents import Agent, RunContextWrapper, function_tool


class Cart(BaseModel):
    owner: str = ""
    items: list[str] = []


@function_tool
async def put_in(context: RunContextWrapper[Cart], name: str) -> str:
    """Puts something in the cart."""
    context.context.items.append(name)
    return f"{len(context.context.items)} in the cart"


def instructions(context: RunContextWrapper[Cart], _agent: Agent[Cart]) -> str:
    return f"The cart of {context.context.owner}: {', '.join(context.context.items) or 'empty'}"


def shop(**names: Any) -> ModuleType:
    module = ModuleType("shop")
    module.agent = Agent[Any](name="Shop", instructions=instructions, tools=[put_in])  # type: ignore[attr-defined]
    vars(module).update(names)
    return module


def described(module: ModuleType) -> Any:
    from agentex_web.adk.agent_file import describe

    return describe("shop", module)
