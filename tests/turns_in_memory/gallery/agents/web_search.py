"""Shape of openai-agents-python examples/tools/web_search.py."""

from agents import Agent, WebSearchTool

agent = Agent(name="Searcher", tools=[WebSearchTool(user_location={"type": "approximate", "city": "Oslo"})])
