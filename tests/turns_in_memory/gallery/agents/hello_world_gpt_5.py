"""Shape of openai-agents-python examples/basic/hello_world_gpt_5.py."""

from openai.types.shared import Reasoning

from agents import Agent, ModelSettings

MODEL_SETTINGS = ModelSettings(verbosity="low")
agent = Agent(
    name="Knowledgable",
    model="gpt-5",
    model_settings=ModelSettings(reasoning=Reasoning(effort="minimal")),
)
