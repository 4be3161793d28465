"""Replays the steps of a workflow and compares its commands with the recorded ones."""

from collections.abc import Collection
from dataclasses import dataclass

from temporalio.bridge.proto.workflow_activation import NotifyHasPatch, WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion

from agentex_web.adk.testing.temporal.run import Step, commands_of, job


@dataclass(frozen=True)
class Difference:
    """A workflow task whose replay gave a different command.

    Attributes:
        step: the number of the workflow task, from 0.
        recorded: the original command; empty without one.
        repeated: the command of the replay; empty without one.
    """

    step: int
    recorded: str
    repeated: str

    def __str__(self) -> str:
        return (
            f"Workflow task {self.step + 1} is not deterministic.\n"
            f"At first it asked for:\n{self.recorded or 'nothing'}\n"
            f"Its replay asked for:\n{self.repeated or 'nothing'}"
        )


def replayed(step: Step, flags: Collection[int]) -> WorkflowActivation:
    """The activation with which a worker replays the step."""
    activation = WorkflowActivation()
    activation.CopyFrom(step.activation)
    activation.is_replaying = True
    activation.available_internal_flags[:] = sorted(flags)
    for each in activation.jobs:
        if each.HasField("do_update"):
            each.do_update.run_validator = False
    for command in commands_of([step], "set_patch_marker"):
        patch = NotifyHasPatch(patch_id=command.set_patch_marker.patch_id)
        activation.jobs.add().CopyFrom(job(notify_has_patch=patch))
    return activation


def without_refused_updates(step: Step) -> Step:
    """The step without refused updates, which a real history does not contain either."""
    answers = [each.update_response for each in commands_of([step], "update_response")]
    accepted = {each.protocol_instance_id for each in answers if each.HasField("accepted")}
    asked = {
        each.do_update.protocol_instance_id for each in step.activation.jobs if each.HasField("do_update")
    }
    refused = {each.protocol_instance_id for each in answers if each.HasField("rejected")} & asked - accepted
    if not refused:
        return step
    kept = [each for each in step.activation.jobs if each.do_update.protocol_instance_id not in refused]
    activation = WorkflowActivation()
    activation.CopyFrom(step.activation)
    del activation.jobs[:]
    activation.jobs.extend(kept)
    commands = [each for each in step.commands if each.update_response.protocol_instance_id not in refused]
    return Step(activation, commands)


def first_difference(number: int, step: Step, completion: WorkflowActivationCompletion) -> Difference | None:
    """The first command of the replayed step that differs from the recorded one; None if all are equal."""
    if completion.HasField("failed"):
        recorded = "\n".join(str(each) for each in step.commands)
        return Difference(number, recorded, f"failed: {completion.failed.failure.message}")
    recorded_commands, repeated = step.commands, list(completion.successful.commands)
    for position in range(max(len(recorded_commands), len(repeated))):
        first = recorded_commands[position] if position < len(recorded_commands) else None
        second = repeated[position] if position < len(repeated) else None
        if _plain(first) != _plain(second):
            return Difference(number, str(first or ""), str(second or ""))
    return None


def _plain(command: WorkflowCommand | None) -> bytes:
    # Otherwise maps, such as headers, are serialised in an arbitrary order.
    return command.SerializeToString(deterministic=True) if command is not None else b""
