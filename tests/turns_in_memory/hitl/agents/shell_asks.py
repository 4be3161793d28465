"""Shape of openai-agents-python examples/tools/shell_human_in_the_loop.py and apply_patch.py."""

from agents.editor import ApplyPatchOperation, ApplyPatchResult

from agents import Agent, ApplyPatchTool, ShellCommandRequest, ShellTool

DONE: list[str] = []


async def execute(request: ShellCommandRequest) -> str:
    DONE.extend(request.data.action.commands)
    return "done"


class Editor:
    def create_file(self, operation: ApplyPatchOperation) -> ApplyPatchResult:
        DONE.append(f"create {operation.path}")
        return ApplyPatchResult(output=f"Created {operation.path}")

    update_file = delete_file = create_file


async def is_outside(_context: object, operation: ApplyPatchOperation, _call_id: str) -> bool:
    return operation.path.startswith("/")


agent = Agent(
    name="Handyman",
    instructions="Do it.",
    tools=[
        ShellTool(executor=execute, needs_approval=True),
        ApplyPatchTool(editor=Editor(), needs_approval=is_outside),
    ],
)
