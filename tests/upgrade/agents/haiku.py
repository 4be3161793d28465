"""Answers everything with a haiku."""

from agents import Agent

STARTERS = [
    "Write about the sea at night",
    "What is a durable workflow?",
    "Cheer me up, it is Monday",
]

agent = Agent(
    name="Haiku Assistant",
    instructions="You are a friendly assistant who always responds in the form of a haiku.",
)
