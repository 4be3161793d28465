"""A workflow that misbehaves in the way that the message names, and otherwise answers."""

BROKEN = '''
"""Ends in ways that code should not."""
import asyncio
import re
from datetime import timedelta
from select import select
from temporalio import workflow
from agentex_web import adk

async def spin():
    while True:
        pass

class {name}(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        match turn.message.content.content:
            case "block":
                while True:
                    try:
                        # Blocks without using the processor.
                        select([], [], [], 0.02)
                    except:
                        pass
            case "block in two tasks":
                asyncio.create_task(spin())
                await asyncio.sleep(0)
                await spin()
            case "pattern":
                re.match(r"(a+)+$", "a" * 60 + "b")
            case "exit":
                raise SystemExit(3)
            case "base":
                raise BaseException("of the lowest kind")
            case "assert":
                assert False, "never so"
            case "value":
                await turn.set_state({{"when": object()}})
            case "activity":
                await workflow.execute_activity("of_nobody", start_to_close_timeout=timedelta(minutes=1))
            case "wait":
                await turn.sleep(60)
        await turn.say("Still here.")
'''

BREAKS = {
    "exit": "SystemExit: 3",
    "base": "BaseException: of the lowest kind",
    "assert": "never so",
    "value": "object",
    "activity": "No worker has the activity “of_nobody”.",
    "block": "blocked for more than 2 seconds",
    "block in two tasks": "blocked for more than 2 seconds",
}
"""For each message, a part of the reason with which its turn ends."""
