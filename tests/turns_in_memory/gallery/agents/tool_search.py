"""Shape of openai-agents-python examples/tools/tool_search.py."""

from agents import Agent, ToolSearchTool, function_tool, tool_namespace


@function_tool(defer_loading=True)
def find_customer(name: str) -> str:
    """Finds a customer."""
    return f"{name} is customer 7"


@function_tool(defer_loading=True)
def exchange_rate(currency: str) -> str:
    """Looks up a rate."""
    return f"1 {currency} is 1.1 dollars"


crm = tool_namespace(name="crm", description="Customers and their orders", tools=[find_customer])
agent = Agent(name="Searcher", instructions="Look it up.", tools=[*crm, exchange_rate, ToolSearchTool()])
