"""A small MCP server on standard input and output."""

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


if __name__ == "__main__":
    server.run("stdio")
