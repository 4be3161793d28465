"""Works with a shell, patches and a tool that takes plain words."""

import asyncio
import base64
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from agents.editor import ApplyPatchOperation, ApplyPatchResult
from agents.tool_context import ToolContext

from agents import (
    Agent,
    ApplyPatchTool,
    CustomTool,
    ShellCallOutcome,
    ShellCommandOutput,
    ShellCommandRequest,
    ShellResult,
    ShellTool,
    ToolOutputFileContent,
    ToolOutputImage,
    ToolOutputText,
    function_tool,
)

FOLDER = Path(tempfile.gettempdir())
DONE: list[str] = []


async def run_commands(request: ShellCommandRequest) -> ShellResult:
    """Does what no workflow may: starts programs, and makes random numbers."""
    outputs = []
    for command in request.data.action.commands:
        DONE.append(f"{command} {random.randint(1, 9) > 0}")
        if command == "fail":
            raise OSError("no such shell")
        process = await asyncio.create_subprocess_shell(command, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        outcome = ShellCallOutcome(type="exit", exit_code=process.returncode)
        outputs.append(ShellCommandOutput(stdout=out.decode(), outcome=outcome, command=command))
    return ShellResult(output=outputs)


class Files:
    """A plain, blocking editor."""

    def create_file(self, operation: ApplyPatchOperation) -> ApplyPatchResult:
        time.sleep(0.01)
        DONE.append(f"create {operation.path}")
        (FOLDER / operation.path).write_text(operation.diff or "")
        return ApplyPatchResult(status="completed", output=f"Created {operation.path}")

    def update_file(self, operation: ApplyPatchOperation) -> str:
        DONE.append(f"update {operation.path}")
        return f"Updated {operation.path}"

    def delete_file(self, operation: ApplyPatchOperation) -> None:
        (FOLDER / operation.path).unlink()


async def calculate(context: ToolContext[Any], words: str) -> str:
    DONE.append(words)
    return f"{words}: {time.time() > 0}, {context.tool_name}"


PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@function_tool
def photograph() -> list[ToolOutputText | ToolOutputImage | ToolOutputFileContent]:
    """Returns a picture and two files."""
    return [
        ToolOutputText(text="Here they are."),
        ToolOutputImage(image_url=f"data:image/png;base64,{PICTURE}"),
        ToolOutputFileContent(file_data=base64.b64encode(b"%PDF-1.4 x").decode(), filename="../a/report.pdf"),
        ToolOutputFileContent(file_data="data:text/html;base64,PGI+", filename="page.html"),
    ]


agent = Agent(
    name="Workshop",
    tools=[
        ShellTool(executor=run_commands),
        ApplyPatchTool(editor=Files()),
        photograph,
        CustomTool(name="calculate", description="Calculates.", on_invoke_tool=calculate),
    ],
)
