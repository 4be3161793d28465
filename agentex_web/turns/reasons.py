"""Converts exceptions to sentences for people. Standard library and SDKs only."""

import os
import re
from typing import Any

from agents.exceptions import (
    InputGuardrailTripwireTriggered,
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
    OutputGuardrailTripwireTriggered,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
)
from agents.guardrail import GuardrailFunctionOutput, InputGuardrailResult, OutputGuardrailResult
from agents.tool_guardrails import ToolGuardrailFunctionOutput
from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError, TimeoutType
from temporalio.worker.workflow_sandbox import RestrictedWorkflowAccessError

from agentex_web.exception_groups import without_groups
from agentex_web.failure_types import (
    ANSWER_CUT,
    CONTEXT_EXCEEDED,
    INPUT_REFUSED,
    SENTENCES,
    TURN_OVER,
    TURN_STOPPED,
)
from agentex_web.memory import UNKNOWN_TOOL
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.authors_modules import AGENTS
from agentex_web.turns.options import MODEL_ACTIVITY
from agentex_web.turns.record_payloads import Refused

NO_INPUT = (
    "The agent's code calls input() in a workflow, where nobody can answer it. Ask the person with "
    "needs_approval=True on a tool, or with adk.ask()."
)
GUARDRAIL_RESULT = (
    "A guardrail returned a {kind}. Return GuardrailFunctionOutput(output_info=…, tripwire_triggered=…)."
)
IF_CONTEXT = "If this means the run context, set CONTEXT in the agent's file."


def reason_of(error: BaseException) -> str:
    """Explains in one or two sentences why a turn failed; never empty."""
    for each in _chain(error):
        match each:
            case ApplicationError(type=kind) if kind in SENTENCES:
                return each.message
            case AuthorError():
                return str(each)
            case ModelRefusalError():
                return "The model declined to answer."
            case ModelBehaviorError() if str(each).startswith("Invalid JSON"):
                return "The model's answer does not have the requested format."
            case ModelBehaviorError() if found := re.match(r"Tool (\S+) not found", str(each)):
                return UNKNOWN_TOOL.format(name=found[1])
            case ModelBehaviorError():
                return f"The model returned something unexpected: {each}"[:2_000]
            case MaxTurnsExceeded():
                return f"The agent stopped after too many steps without an answer ({each.message})."
            case _ if tripped := _tripped(each):
                return tripped
            case TimeoutError(type=TimeoutType.HEARTBEAT):
                return "The worker stopped responding, and so did every retry."
            case TimeoutError():
                return _timed_out(error)
    return _of_code(_chain(error)[-1])


def _timed_out(error: BaseException) -> str:
    """The sentence for a step that took too long."""
    names = [each.activity_type for each in _chain(error) if isinstance(each, ActivityError)]
    if MODEL_ACTIVITY in names:
        return "The model did not answer in time."
    return f"The activity “{names[-1]}” timed out." if names else "A step of the agent timed out."


def _of_code(last: BaseException) -> str:
    """The sentence for an exception of the author's code."""
    if isinstance(last, RestrictedWorkflowAccessError) and "input" in str(last):
        return NO_INPUT
    if isinstance(last, AttributeError) and last.name == "tripwire_triggered":
        return GUARDRAIL_RESULT.format(kind=type(last.obj).__name__)
    where = _where(last)
    if what := _not_in_workflows(last):
        return f"The agent's code{where} {what} in a workflow. Use a tool or an activity for it."
    application = last if isinstance(last, ApplicationError) else None
    name = (application.type or "Error") if application else type(last).__name__
    words = application.message if application else str(last)
    said = f"The agent's code failed{where}: {name}{f': {words}' if words else ''}"[:2_000]
    # The SDK's examples pass the run context to Runner.run in main(), which does not run here.
    is_context = isinstance(last, AttributeError) and "'NoneType' object" in str(last)
    return f"{said}. {IF_CONTEXT}" if is_context else said


def _where(error: BaseException) -> str:
    """The innermost line of a file in agents/ that raised the error: `` in poet.py, line 12``."""
    found, trace = "", error.__traceback__
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__", "")).startswith(AGENTS):
            found = f" in {os.path.basename(trace.tb_frame.f_code.co_filename)}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _not_in_workflows(error: BaseException) -> str:
    """What the code did that a workflow's event loop or sandbox does not offer; empty for any other error."""
    match error:
        case RestrictedWorkflowAccessError():
            return f"uses {error.qualified_name}"
        case NotImplementedError() if not str(error):
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            if trace is not None and trace.tb_frame.f_globals.get("__name__", "").startswith("asyncio."):
                return "opens a connection or starts a program or a thread"
    return ""


def _tripped(error: BaseException) -> str:
    """The sentence for a guardrail that tripped; empty for any other error."""
    match error:
        case InputGuardrailTripwireTriggered():
            return f"The message was refused by the guardrail {_guardrail(error.guardrail_result)}"
        case OutputGuardrailTripwireTriggered():
            return f"The answer was withheld by the guardrail {_guardrail(error.guardrail_result)}"
        case ToolInputGuardrailTripwireTriggered():
            return f"A tool call was refused by the guardrail {_named(error.guardrail, error.output)}"
        case ToolOutputGuardrailTripwireTriggered():
            return f"A tool's result was withheld by the guardrail {_named(error.guardrail, error.output)}"
        case _:
            return ""


def _guardrail(result: InputGuardrailResult | OutputGuardrailResult) -> str:
    return _named(result.guardrail, result.output)


def _named(guardrail: Any, output: GuardrailFunctionOutput | ToolGuardrailFunctionOutput) -> str:
    """The guardrail's name, followed by its ``output_info`` if that is a text."""
    name, said = guardrail.get_name(), output.output_info
    return f"“{name}”: {said}" if isinstance(said, str) and said else f"“{name}”."


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    each: BaseException | None = without_groups(error)
    while each is not None and each not in chain:
        chain.append(each)
        each = without_groups(each.__cause__) if each.__cause__ else None
    return chain


def refusal_in(error: BaseException) -> Refused:
    """Why the turn's input was refused (see ``Refused``); empty if the turn failed for another reason."""
    for each in _chain(error):
        match each:
            case ApplicationError(type=kind) if kind == CONTEXT_EXCEEDED:
                return "length"
            case ApplicationError(type=kind) if kind == INPUT_REFUSED:
                return "content"
            case InputGuardrailTripwireTriggered():
                return "guardrail"
    return ""


def was_cut(error: BaseException) -> bool:
    """True if a model's answer reached its length limit."""
    return _cut(error) is not None


def spent_on_cut(error: BaseException) -> dict[str, int]:
    """The tokens of an answer that reached the length limit; empty for any other error."""
    cut = _cut(error)
    return dict(cut.details[0]) if cut is not None and cut.details else {}


def _cut(error: BaseException) -> ApplicationError | None:
    found = (each for each in _chain(error) if isinstance(each, ApplicationError))
    return next((each for each in found if each.type == ANSWER_CUT), None)


def was_stopped(error: BaseException) -> bool:
    """True if a model call ended because a person stopped its turn, or the turn is over."""
    return _has_type(error, TURN_STOPPED, TURN_OVER)


def is_over(error: BaseException) -> bool:
    """True if a model call ended because the record says that its turn has ended already."""
    return _has_type(error, TURN_OVER)


def _has_type(error: BaseException, *types: str) -> bool:
    return any(isinstance(each, ApplicationError) and each.type in types for each in _chain(error))
