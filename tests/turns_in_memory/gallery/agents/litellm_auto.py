"""Shape of temporalio/samples-python openai_agents/model_providers, litellm_auto_workflow."""

from agents import Agent

agent = Agent(name="Assistant", instructions="You are concise.", model="litellm/anthropic/claude")
