"""An agent with tools: functions, files, servers and what they return."""

from agentex_web.adk.testing import text, tool_call
from tests.turns_in_memory.gallery.case import Case

TOOLS = {
    "context_in_main": Case(
        {"Assistant": [tool_call("fetch_age"), text("36."), tool_call("fetch_age"), text("Still 36.")]},
        ("How old am I?", ["fetch_age({})", "→ Ada is 36 years old, 8", "Assistant: 36."]),
        ("And now?", ["fetch_age({})", "→ Ada is 36 years old, 9", "Assistant: Still 36."]),
    ),
    "tool_search": Case(
        {
            "Searcher": [
                tool_call("find_customer", name="Ada"),
                text("Seven."),
                tool_call("exchange_rate", currency="euro"),
                text("1.1."),
            ]
        },
        ("Who is Ada?", ['find_customer({"name": "Ada"})', "→ Ada is customer 7", "Searcher: Seven."]),
        (
            "And a euro?",
            ['exchange_rate({"currency": "euro"})', "→ 1 euro is 1.1 dollars", "Searcher: 1.1."],
        ),
    ),
    "tools": Case(
        {
            "Forecaster": [
                tool_call("get_weather", city="Tokyo"),
                text("21 degrees."),
                tool_call("get_weather", city="Oslo"),
                text("The same."),
            ]
        },
        (
            "Tokyo?",
            ['get_weather({"city": "Tokyo"})', "→ city='Tokyo' celsius=21", "Forecaster: 21 degrees."],
        ),
        ("Oslo?", ['get_weather({"city": "Oslo"})', "→ city='Oslo' celsius=21", "Forecaster: The same."]),
    ),
    "image_tool_output": Case(
        {"Curator": [tool_call("fetch_image"), text("A red pixel."), text("Red.")]},
        ("Describe it", ["fetch_image({})", "→ ", "Curator: A red pixel."]),
        ("Its colour?", ["Curator: Red."]),
    ),
    "forcing_tool_use": Case(
        {"Forecaster": [tool_call("get_weather", city="Oslo"), tool_call("get_weather", city="Rome")]},
        ("Oslo?", ['get_weather({"city": "Oslo"})', "→ Oslo: sunny", "Forecaster: Oslo: sunny"]),
        ("Rome?", ['get_weather({"city": "Rome"})', "→ Rome: sunny", "Forecaster: Rome: sunny"]),
    ),
    "forcing_tool_use_custom": Case(
        {"Forecaster": [tool_call("get_weather", city="Oslo"), tool_call("get_weather", city="Rome")]},
        ("Oslo?", ['get_weather({"city": "Oslo"})', "→ sunny in Oslo", "Forecaster: It is sunny in Oslo."]),
        ("Rome?", ['get_weather({"city": "Rome"})', "→ sunny in Rome", "Forecaster: It is sunny in Rome."]),
    ),
    "stream_items": Case(
        {"Joker": [tool_call("how_many"), text("Ha, ho"), text("Hi")]},
        (
            "Jokes",
            ["how_many({})", "→ 2", "note: The tool gave 2", "Joker: Ha, ho", "note: It said Ha, ho"],
        ),
        ("One more", ["Joker: Hi", "note: It said Hi"]),
    ),
    "filesystem_example": Case(
        {"Assistant": [tool_call("find_book", title="Emma"), text("By Austen."), text("1815.")]},
        ("Emma?", ['find_book({"title": "Emma"})', "→ Emma stands on shelf 4", "Assistant: By Austen."]),
        ("When?", ["Assistant: 1815."]),
    ),
    "tool_filter_example": Case(
        {"Assistant": [tool_call("find_book", title="Emma"), text("By Austen."), text("I cannot.")]},
        ("Emma?", ['find_book({"title": "Emma"})', "→ Emma stands on shelf 4", "Assistant: By Austen."]),
        ("Burn it", ["Assistant: I cannot."]),
    ),
    "web_search": Case(
        {"Searcher": [text("Rain."), text("Snow.")]},
        ("Weather?", ["Searcher: Rain."]),
        ("Tomorrow?", ["Searcher: Snow."]),
    ),
    "hosted_mcp_simple": Case(
        {"Assistant": [text("Rust."), text("Yes.")]},
        ("Which language?", ["Assistant: Rust."]),
        ("Sure?", ["Assistant: Yes."]),
    ),
    "tools_workflow": Case(
        {"Hello world agent": [tool_call("get_weather", city="Tokyo"), text("Sunny."), text("Yes.")]},
        (
            "Tokyo?",
            [
                'get_weather({"city": "Tokyo"})',
                "→ {'city': 'Tokyo', 'conditions': 'sunny'}",
                "Hello world agent: Sunny.",
            ],
        ),
        ("Sure?", ["Hello world agent: Yes."]),
    ),
}
