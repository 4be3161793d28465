"""An agent alone: its model, its instructions, its output and its session."""

from agentex_web.adk.testing import reasoning, text
from tests.turns_in_memory.gallery.case import Case

MODELS = {
    "hello_world": Case(
        {"Assistant": [text("Calls itself again"), text("You asked before")]},
        ("Recursion?", ["Assistant: Calls itself again"]),
        ("Again?", ["Assistant: You asked before"]),
    ),
    "script_run_sync": Case(
        {"Assistant": [text("Hello."), text("Again.")]},
        ("Hi", ["Assistant: Hello."]),
        ("And?", ["Assistant: Again."]),
    ),
    "list_output": Case(
        {
            "Planner": [
                text('{"response":[{"what":"Tea","minutes":5}]}'),
                text('{"response":[{"what":"Cake","minutes":9}]}'),
            ]
        },
        ("Plan", ['Planner: {"response":[{"what":"Tea","minutes":5}]}']),
        ("More", ['Planner: {"response":[{"what":"Cake","minutes":9}]}']),
    ),
    "hello_world_gpt_5": Case(
        {"Knowledgable": [[reasoning("Short."), text("A function.")], text("Yes.")]},
        ("Recursion?", ["step of Knowledgable: Short.", "Knowledgable: A function."]),
        ("Really?", ["Knowledgable: Yes."]),
    ),
    "dynamic_system_prompt": Case(
        {"Speaker": [text("Arr!"), text("Aye!")]},
        ("Joke?", ["Speaker: Arr!"]),
        ("Another?", ["Speaker: Aye!"]),
    ),
    "agent_lifecycle_example": Case(
        {"Starter": [text("One."), text("Two.")]},
        ("Count", ["Starter: One."]),
        ("On", ["Starter: Two."]),
    ),
    "non_strict_output_type": Case(
        {"Joker": [text('{"response":{"jokes":{"1":"Ha."}}}'), text('{"response":{"jokes":{"2":"Ho."}}}')]},
        ("Jokes", ['Joker: {"response":{"jokes":{"1":"Ha."}}}']),
        ("More", ['Joker: {"response":{"jokes":{"2":"Ho."}}}']),
    ),
    "prompt_template": Case(
        {"Poet": [text("There once was a cat"), text("Who sat on a mat")]},
        ("Write", ["Poet: There once was a cat"]),
        ("On", ["Poet: Who sat on a mat"]),
    ),
    "stream_text": Case(
        {"Joker": [text("Ha ha"), text("Ho")]},
        ("Joke", ["Joker: Ha ha", "note: 5 letters"]),
        ("Joke", ["Joker: Ho", "note: 2 letters"]),
    ),
    "usage_tracking": Case(
        {"Usage Demo": [text("Sunny."), text("Rainy.")]},
        ("Tokyo?", ["Usage Demo: Sunny.", "note: 1 request"]),
        ("Oslo?", ["Usage Demo: Rainy.", "note: 1 request"]),
    ),
    "custom_example_agent": Case(
        {"Assistant": [text("Rain"), text("Snow")]},
        ("Weather?", ["Assistant: Rain"]),
        ("And now?", ["Assistant: Snow"]),
    ),
    "litellm_auto": Case(
        {"Assistant": [text("Sunny"), text("Still.")]},
        ("Weather?", ["Assistant: Sunny"]),
        ("And now?", ["Assistant: Still."]),
    ),
    "file_session": Case(
        {"Assistant": [text("San Francisco."), text("California.")]},
        ("Golden Gate?", ["Assistant: San Francisco."]),
        ("Which state?", ["Assistant: California."]),
    ),
    "sqlite_session": Case(
        {},
        (
            "hello",
            [
                "error: A session of the SDK that writes to a file or a server (SQLiteSession) cannot "
                "work in a workflow. Use turn.history(), which is the chat's memory, or a session of your "
                "own on turn.get_state()."
            ],
        ),
        (
            "again",
            [
                "error: A session of the SDK that writes to a file or a server (SQLiteSession) cannot "
                "work in a workflow. Use turn.history(), which is the chat's memory, or a session of your "
                "own on turn.get_state()."
            ],
        ),
    ),
    "echo": Case(
        {},
        ("hi", [": Hello! I've received your message: hi"]),
        ("ho", [": Hello! I've received your message: ho"]),
    ),
}
