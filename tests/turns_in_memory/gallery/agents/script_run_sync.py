"""Shape of the scripts of fistasolutions/openai-agents-fistasolutions: they run the agent at their top level."""

from openai import AsyncOpenAI

from agents import (
    Agent,
    OpenAIChatCompletionsModel,
    RunConfig,
    Runner,
    set_default_openai_client,
    set_tracing_disabled,
)

client = AsyncOpenAI(api_key="a-key", base_url="http://gemini.invalid/v1")
set_default_openai_client(client, use_for_tracing=False)
set_tracing_disabled(True)

model = OpenAIChatCompletionsModel(model="gemini-2.0-flash", openai_client=client)
config = RunConfig(model=model, model_provider=client, tracing_disabled=True)  # type: ignore[arg-type]
assistant = Agent(name="Assistant", instructions="Help.")

result = Runner.run_sync(assistant, "Hello", run_config=config)
print(result.final_output)
