"""Shape of openai-agents-python examples/financial_research_agent."""

from pydantic import BaseModel

from agentex_web import adk
from agents import Agent


class Verification(BaseModel):
    verified: bool
    issues: str


risk = Agent(name="Risk", instructions="Name the risks.")
writer = Agent(name="Writer", instructions="Write.", tools=[risk.as_tool("risk_analysis", "Risks.")])
verifier = Agent(name="Verifier", instructions="Check.", output_type=Verification)


class Financial(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        report = await turn.run(writer, [*await turn.history(), *turn.input])
        checked = await turn.run(verifier, report.final_output, quiet=True)
        if not checked.final_output.verified:
            await turn.say(f"Not verified: {checked.final_output.issues}", author="system")
