"""Shape of temporalio/samples-python openai_agents/agent_patterns/workflows/deterministic_workflow.py."""

from temporalio import workflow

from agents import Agent, Runner


@workflow.defn
class DeterministicWorkflow:
    @workflow.run
    async def run(self, input_prompt: str) -> str:
        outline = await Runner.run(Agent(name="outliner", instructions="Outline."), input_prompt)
        if "robots" not in str(outline.final_output):
            return "Story generation stopped."
        story = await Runner.run(Agent(name="teller", instructions="Tell it."), outline.final_output)
        return str(story.final_output)
