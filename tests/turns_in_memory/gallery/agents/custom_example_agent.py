"""Shape of openai-agents-python examples/model_providers/custom_example_agent.py."""

from openai import AsyncOpenAI

from agents import Agent, OpenAIChatCompletionsModel

client = AsyncOpenAI(base_url="http://models.example/v1", api_key="none")
agent = Agent(
    name="Assistant",
    instructions="You only respond in haikus.",
    model=OpenAIChatCompletionsModel(model="local", openai_client=client),
)
