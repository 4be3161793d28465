"""Shape of openai-agents-python examples/agent_patterns/routing.py."""

from agents import Agent

french = Agent(name="French Agent", instructions="You only speak French.")
spanish = Agent(name="Spanish Agent", instructions="You only speak Spanish.")
agent = Agent(name="Triage", instructions="Hand over by language.", handoffs=[french, spanish])
