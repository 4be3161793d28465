"""A chat as in Chainlit's documentation. ``chainlit run`` starts it in its own environment."""

import os

import chainlit
from openai import AsyncOpenAI

client = AsyncOpenAI(base_url=os.environ["MODEL_URL"], api_key="none", max_retries=0)


@chainlit.on_message
async def answer(message: chainlit.Message) -> None:
    history = chainlit.user_session.get("history", [])
    history.append({"role": "user", "content": message.content})
    reply = chainlit.Message("")
    async for event in await client.responses.create(model="bench", input=history, stream=True):
        if event.type == "response.output_text.delta":
            await reply.stream_token(event.delta)
    await reply.update()
    history.append({"role": "assistant", "content": reply.content})
    chainlit.user_session.set("history", history)
