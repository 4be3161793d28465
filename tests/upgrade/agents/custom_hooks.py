"""The guide's custom hooks: hides internal tools, announces the active agent, logs prompts."""

from agentex_web import adk
from agentex_web.adk import TemporalStreamingHooks, TextContent
from agents import Agent, function_tool


class CustomHooks(TemporalStreamingHooks):
    async def on_tool_start(self, context, agent, tool):
        if tool.name.startswith("internal_"):
            return
        await super().on_tool_start(context, agent, tool)

    async def on_tool_end(self, context, agent, tool, result):
        if tool.name.startswith("internal_"):
            return
        await super().on_tool_end(context, agent, tool, result)

    async def on_agent_start(self, context, agent):
        await adk.messages.create(
            task_id=self.task_id,
            content=TextContent(author="system", content=f"🤖 Agent '{agent.name}' is now active"),
        )

    async def on_agent_end(self, context, agent, output):
        await adk.state.set(task_id=self.task_id, value={"ended_with": output})

    async def on_llm_start(self, context, agent, system_prompt, input_items):
        print(f"LLM prompt: {input_items}")

    async def on_llm_end(self, context, agent, response):
        print(f"LLM said: {len(response.output)} items")


@function_tool
def internal_lookup(key: str) -> str:
    """Looks something up that nobody need see."""
    return f"secret of {key}"


@function_tool
def public_lookup(key: str) -> str:
    """Looks something up."""
    return f"value of {key}"


agent = Agent(name="Hooked", instructions="Use the tools.", tools=[internal_lookup, public_lookup])
HOOKS = CustomHooks
