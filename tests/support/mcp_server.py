"""A small MCP server on standard input and output."""

import os

from mcp.server import MCPServer

server = MCPServer("library")


@server.tool()
def find_book(title: str) -> str:
    """Finds a book."""
    return f"{title} stands on shelf {len(title)}"


@server.tool()
def burn_book(title: str) -> str:
    """Fails, as it should."""
    raise ValueError(f"{title} is not to be burned")


@server.tool()
def vanish(file: str) -> str:
    """Adds a line to a file, and ends the server before it answers."""
    with open(file, "a") as lines:
        lines.write("called\n")
    os._exit(1)


if __name__ == "__main__":
    server.run("stdio")
