"""Shape of openai-agents-python examples/basic/prompt_template.py."""

from agents import Agent

agent = Agent(name="Poet", prompt={"id": "pmpt_1", "version": "1", "variables": {"style": "limerick"}})
