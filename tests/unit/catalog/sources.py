"""Source code of agents' files."""

GOOD = "from agents import Agent\nagent = Agent(name='Good')\n"
