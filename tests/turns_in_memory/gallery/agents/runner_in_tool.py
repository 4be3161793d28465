"""Shape of tools in EnkrateiaLucca/oreilly-openai-agents-sdk: a tool that runs another agent by itself."""

from agents import Agent, Runner, function_tool

proofreader = Agent(name="Proofreader", instructions="Find mistakes.")


@function_tool
async def proofread(text: str) -> str:
    """Finds mistakes."""
    result = await Runner.run(proofreader, text)
    return str(result.final_output)


writer = Agent(name="Writer", instructions="Write, then proofread.", tools=[proofread])
