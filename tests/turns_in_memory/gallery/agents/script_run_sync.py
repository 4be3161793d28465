"""Shape of the scripts of fistasolutions/openai-agents-fistasolutions: they run the agent at their top level."""

from openai import AsyncOpenAI

from agents import Agent, RunConfig, Runner, set_default_openai_client, set_tracing_disabled

client = AsyncOpenAI(api_key="a-key", base_url="http://gemini.invalid/v1")
set_default_openai_client(client, use_for_tracing=False)
set_tracing_disabled(True)

config = RunConfig(workflow_name="Script")
assistant = Agent(name="Assistant", instructions="Help.", model="gemini-2.0-flash")

result = Runner.run_sync(assistant, "Hello", run_config=config)
print(result.final_output)
