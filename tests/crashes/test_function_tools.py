"""Function tools on a real worker: Stop ends a tool, and the model is told why a result is missing."""

from agentex_web.memory import STOPPED_TOOL_OUTPUT
from agentex_web.tasks.models import Task
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.turn_watching import next_input
from tests.support.waiting import until


def dozing(stack: Stack, person: Person, name: str) -> Task:
    """A task whose tool is running."""
    call = function_call("doze", {"name": name}, f"call_{name}")
    stack.model.script_steps(step(call), step(text("Who knows?")), match=f"doze {name}")
    task = person.begin("slow_tools", f"doze {name}")
    until(lambda: (stack.data / f"{name}.dozing").exists(), stack.logs)
    return task


def test_a_stop_ends_a_running_tool_and_the_model_is_told_so(stack: Stack, person: Person) -> None:
    task = dozing(stack, person, "stopped")
    person.stop(task)
    assert ended(last_turn(task)).status == "interrupted"
    until(lambda: (stack.data / "stopped.cancelled").exists(), stack.logs)
    [told] = [item["output"] for item in next_input(stack, person, task) if "output" in item]
    assert told == STOPPED_TOOL_OUTPUT


def test_of_a_tool_whose_worker_died_the_result_is_unknown(stack: Stack, person: Person) -> None:
    task = dozing(stack, person, "lost")
    stack.kill("worker")
    (stack.data / "lost.dozing").unlink()
    stack.start_worker()
    turn = ended(last_turn(task))
    assert turn.status == "done"
    # The tool was not run again: only its author knows whether that is allowed.
    assert not (stack.data / "lost.dozing").exists()
    [result] = turn.messages.filter(kind="tool_response")
    assert result.status == "failed" and "Its result is unknown" in result.content
    [told] = [item["output"] for item in turn.items if "output" in item]
    assert "Its result is unknown: it may have taken effect." in told
