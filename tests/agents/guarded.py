"""Refuses secrets that it is asked for, and withholds those that it was about to tell."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow

from agents import (
    Agent,
    GuardrailFunctionOutput,
    RunContextWrapper,
    TResponseInputItem,
    input_guardrail,
    output_guardrail,
)


async def file_is_there(path: Path) -> None:
    while not path.exists():  # noqa: ASYNC110, ASYNC240  (another process makes it)
        await asyncio.sleep(0.02)


@activity.defn
async def asks_for_secret(words: str) -> bool:
    """Could ask another model; takes as long as a file is not there, so that the answer comes first."""
    if "wait for the file" in words:
        await file_is_there(Path(os.environ["AGENTEX_DATA_DIR"], "guard.go"))
    return "password" in words


@input_guardrail
async def no_passwords(
    _context: RunContextWrapper[None], _agent: Agent, message: str | list[TResponseInputItem]
) -> GuardrailFunctionOutput:
    words = message if isinstance(message, str) else str(message[-1]["content"])
    asked = await workflow.execute_activity(
        asks_for_secret, words, start_to_close_timeout=timedelta(minutes=5)
    )
    return GuardrailFunctionOutput("Passwords are not told here." if asked else None, asked)


@output_guardrail
async def no_numbers(
    _context: RunContextWrapper[None], _agent: Agent, answer: str
) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, any(letter.isdigit() for letter in answer))


agent = Agent(
    name="Guarded",
    instructions="You keep secrets.",
    input_guardrails=[no_passwords],
    output_guardrails=[no_numbers],
)
