"""A course's shape: no main(); two agents run at the top level of the file."""

from agents import Agent, Runner

translator = Agent(name="Translator", instructions="Translate.")
critic = Agent(name="Critic", instructions="Criticise.")
topic = "A sentence about autumn"

first = Runner.run_sync(translator, topic)
second = Runner.run_sync(critic, first.final_output)
print(second.final_output)
