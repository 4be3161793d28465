"""Shape of openai-agents-python examples/basic/image_tool_output.py."""

from agents import Agent, ToolOutputImage, function_tool

PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@function_tool
def fetch_image() -> ToolOutputImage:
    """A picture."""
    return ToolOutputImage(image_url=PIXEL, detail="auto")


agent = Agent(name="Curator", instructions="Describe pictures.", tools=[fetch_image])
