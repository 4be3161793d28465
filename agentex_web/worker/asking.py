"""The product's own questions to a model, which no page shows: titles and suggested follow-up messages."""

from agentex_web.worker.model.provider import plain_model
from agents import Model, ModelSettings, ModelTracing


async def ask(model_name: str, instructions: str, prompt: str) -> str:
    """Asks the model once, without retries, and returns its text.

    Args:
        model_name: empty for the default one.

    Raises:
        Exception: the model's client failed.
    """
    model: Model = plain_model(model_name or None)
    response = await model.get_response(
        system_instructions=instructions,
        input=[{"role": "user", "content": prompt}],
        model_settings=ModelSettings(),
        tools=[],
        output_schema=None,
        handoffs=[],
        tracing=ModelTracing.DISABLED,
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
    )
    texts = [
        part.text
        for item in response.output
        if item.type == "message"
        for part in item.content
        if part.type == "output_text"
    ]
    return " ".join(texts)
