"""Shape of openai-agents-python examples/basic/hello_world.py."""

from agents import Agent

agent = Agent(name="Assistant", instructions="You only respond in haikus.")
