"""The tools of mcp_server.py on standard input and output, written with the standard library alone.

Importing the MCP SDK costs a second of CPU, for each list of tools and each call. The gallery's filesystem_example uses the
SDK's server.
"""

import json
import os
import sys
from typing import Any

DESCRIPTIONS = {
    "find_book": ("Finds a book.", "title"),
    "burn_book": ("Fails, as it should.", "title"),
    "vanish": ("Adds a line to a file, and ends the server before it answers.", "file"),
}
"""The description of each tool, and the name of its only argument, a text."""


def tools() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "description": description,
            "inputSchema": {
                "type": "object",
                "properties": {argument: {"type": "string"}},
                "required": [argument],
            },
        }
        for name, (description, argument) in DESCRIPTIONS.items()
    ]


def called(name: str, arguments: dict[str, str]) -> dict[str, Any]:
    if name == "vanish":
        with open(arguments["file"], "a") as lines:
            lines.write("called\n")
        os._exit(1)
    title = arguments["title"]
    if name == "burn_book":
        # Like the SDK's server, it does not reveal the reason.
        return {"content": [{"type": "text", "text": f"Error executing tool {name}"}], "isError": True}
    return {"content": [{"type": "text", "text": f"{title} stands on shelf {len(title)}"}]}


def result_of(method: str, params: dict[str, Any]) -> dict[str, Any]:
    match method:
        case "initialize":
            return {
                "protocolVersion": params["protocolVersion"],
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "library", "version": "1"},
            }
        case "tools/list":
            return {"tools": tools()}
        case "tools/call":
            return called(params["name"], params.get("arguments") or {})
    return {}


def serve() -> None:
    """Answers each request, a line of JSON each, until the input ends."""
    for line in sys.stdin:
        message = json.loads(line)
        # Notifications have no id.
        if "id" in message:
            result = result_of(message["method"], message.get("params") or {})
            print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)


if __name__ == "__main__":
    serve()
