"""Waits for a form, a time, an event and another agent, as its message says."""

from datetime import timedelta

from agentex_web import adk


class Waiter(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        words = turn.message.content.content
        if words.startswith("start"):
            started = await turn.start_task("haiku", words, title="A haiku for you")
            answer = await started.answer()
            await turn.say(f"It said: {answer.text}")
            return
        name = await turn.ask("Who are you?")
        await turn.sleep(timedelta(days=3), reason="Three days")
        body = await turn.wait_for_event("parcel")
        await turn.say(f"{name} got {body['what']}")
