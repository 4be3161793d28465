"""Conversations with the gallery's agents: the model's answers, and what the person writes and sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agentex_web.adk.testing import handoff, reasoning, text, tool_call
from agentex_web.adk.testing.script import Answer, Part


@dataclass(frozen=True)
class Case:
    """A conversation of two turns.

    Attributes:
        answers: the model's answers, by agent.
        first, second: for each turn, the person's message and the lines that the person then sees.
    """

    answers: Mapping[str, Sequence[Answer]]
    first: tuple[str, list[str]]
    second: tuple[str, list[str]]


GOOD, BAD = '{"good":true}', '{"good":false}'
NEEDS = '{"response":{"feedback":"Shorter.","score":"needs_improvement"}}'
PASS = '{"response":{"feedback":"","score":"pass"}}'

CASES: dict[str, Case] = {
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
    "airline_context": Case(
        {
            "Triage": [handoff("Seats")],
            "Seats": [tool_call("update_seat", seat="7A"), text("Done."), text("Yes, 7A.")],
        },
        (
            "A window",
            [
                "handoff: Triage handed over to Seats",
                'update_seat({"seat": "7A"})',
                "→ Seat 7A on FLT-7",
                "Seats: Done.",
            ],
        ),
        ("Sure?", ["Seats: Yes, 7A."]),
    ),
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
    "handoff_input_filter": Case(
        {
            "Clerk": [Part("handoff", '{"reason": "hard"}', "Expert")],
            "Expert": [text("Solved."), text("Yes.")],
        },
        ("Help", ["handoff: Clerk handed over to Expert", "Expert: Solved."]),
        ("Really?", ["Expert: Yes."]),
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
    "runner_in_tool": Case(
        {
            "Writer": [tool_call("proofread", text="Teh"), text("The."), text("Welcome.")],
            "Proofreader": [text("Teh: The")],
        },
        (
            "Write",
            ['proofread({"text": "Teh"})', "  Proofreader: Teh: The", "→ Teh: The", "Writer: The."],
        ),
        ("Thanks", ["Writer: Welcome."]),
    ),
    "deep_research": Case(
        {"Asker": [text("Which ones?")], "Researcher": [text("All of them.")]},
        ("Lamps", ["Asker: Which ones?"]),
        ("Small", ["Researcher: All of them."]),
    ),
    "hello_world_gpt_5": Case(
        {"Knowledgable": [[reasoning("Short."), text("A function.")], text("Yes.")]},
        ("Recursion?", ["step of Knowledgable: Short.", "Knowledgable: A function."]),
        ("Really?", ["Knowledgable: Yes."]),
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
    "deterministic_workflow": Case(
        {
            "outliner": [text("Two robots meet."), text("Two cats meet.")],
            "teller": [text("Beep, said one.")],
        },
        ("Tell", ["outliner: Two robots meet.", "teller: Beep, said one."]),
        ("Another", ["outliner: Two cats meet.", ": Story generation stopped."]),
    ),
    "dynamic_system_prompt": Case(
        {"Speaker": [text("Arr!"), text("Aye!")]},
        ("Joke?", ["Speaker: Arr!"]),
        ("Another?", ["Speaker: Aye!"]),
    ),
    "lifecycle_example": Case(
        {
            "Starter": [handoff("Doubler")],
            "Doubler": [tool_call("double", number=7), text("14"), text("As I said, 14.")],
        },
        (
            "7",
            ["handoff: Starter handed over to Doubler", 'double({"number": 7})', "→ 14", "Doubler: 14"],
        ),
        ("Sure?", ["Doubler: As I said, 14."]),
    ),
    "agent_lifecycle_example": Case(
        {"Starter": [text("One."), text("Two.")]},
        ("Count", ["Starter: One."]),
        ("On", ["Starter: Two."]),
    ),
    "image_tool_output": Case(
        {"Curator": [tool_call("fetch_image"), text("A red pixel."), text("Red.")]},
        ("Describe it", ["fetch_image({})", "→ ", "Curator: A red pixel."]),
        ("Its colour?", ["Curator: Red."]),
    ),
    "tool_guardrails": Case(
        {
            "Secretary": [
                tool_call("send_mail", text="my password"),
                text("I did not send it."),
                tool_call("look_up", name="Ada"),
            ]
        },
        (
            "Mail my password",
            [
                'send_mail({"text": "my password"})',
                "→ Not sent: it names a password. (failed)",
                "Secretary: I did not send it.",
            ],
        ),
        (
            "Look Ada up",
            [
                'look_up({"name": "Ada"})',
                "error: A tool's result was withheld by the guardrail “no_numbers”: A number of a card.",
            ],
        ),
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
    "stream_items": Case(
        {"Joker": [tool_call("how_many"), text("Ha, ho"), text("Hi")]},
        (
            "Jokes",
            ["how_many({})", "→ 2", "note: The tool gave 2", "Joker: Ha, ho", "note: It said Ha, ho"],
        ),
        ("One more", ["Joker: Hi", "note: It said Hi"]),
    ),
    "usage_tracking": Case(
        {"Usage Demo": [text("Sunny."), text("Rainy.")]},
        ("Tokyo?", ["Usage Demo: Sunny.", "note: 1 request"]),
        ("Oslo?", ["Usage Demo: Rainy.", "note: 1 request"]),
    ),
    "agents_as_tools": Case(
        {
            "Orchestrator": [
                [tool_call("translate_to_spanish", input="hi"), tool_call("translate_to_french", input="hi")],
                text("Hola, salut"),
                text("You are welcome."),
            ],
            "Spanish": [text("Hola")],
            "French": [text("Salut")],
        },
        (
            "hi",
            [
                'translate_to_spanish({"input": "hi"})',
                'translate_to_french({"input": "hi"})',
                "  Spanish: Hola",
                "  French: Salut",
                "→ Hola",
                "→ Salut",
                "Orchestrator: Hola, salut",
            ],
        ),
        ("thanks", ["Orchestrator: You are welcome."]),
    ),
    "agents_as_tools_conditional": Case(
        {
            "Orchestrator": [tool_call("answer_in_spanish", input="hi"), text("Hola"), text("Adiós")],
            "Spanish": [text("Hola")],
        },
        ("hi", ['answer_in_spanish({"input": "hi"})', "  Spanish: Hola", "→ Hola", "Orchestrator: Hola"]),
        ("bye", ["Orchestrator: Adiós"]),
    ),
    "agents_as_tools_streaming": Case(
        {
            "Support": [tool_call("ask_billing", input="my bill"), text("It is 3 euros."), text("No.")],
            "Billing": [text("3 euros")],
        },
        (
            "my bill",
            [
                'ask_billing({"input": "my bill"})',
                "  Billing: 3 euros",
                "→ 3 euros",
                "Support: It is 3 euros.",
            ],
        ),
        ("Anything else?", ["Support: No."]),
    ),
    "agents_as_tools_structured": Case(
        {
            "Orchestrator": [tool_call("translate", text="hi", target="es"), text("Hola"), text("Bye.")],
            "Translator": [text("Hola")],
        },
        (
            "hi",
            [
                'translate({"text": "hi", "target": "es"})',
                "  Translator: Hola",
                "→ Hola",
                "Orchestrator: Hola",
            ],
        ),
        ("bye", ["Orchestrator: Bye."]),
    ),
    "deterministic": Case(
        {
            "Outliner": [text("A cat."), text("No.")],
            "Checker": [text(GOOD), text(BAD)],
            "Writer": [text("Once upon a cat.")],
        },
        ("a story", ["step of Outliner: A cat.", f"step of Checker: {GOOD}", "Writer: Once upon a cat."]),
        (
            "another",
            ["step of Outliner: No.", f"step of Checker: {BAD}", ": The outline is not good enough."],
        ),
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
    "input_guardrails": Case(
        {
            "Guardrail check": [
                text('{"reasoning":"A trip.","is_homework":false}'),
                text('{"reasoning":"An equation.","is_homework":true}'),
            ],
            "Support": [text("Bonn."), text("x is 4")],
        },
        (
            "Where to?",
            ["Support: Bonn.", 'step of Guardrail check: {"reasoning":"A trip.","is_homework":false}'],
        ),
        (
            "Solve 2x = 8",
            ["error: The message was refused by the guardrail “homework”: An equation."],
        ),
    ),
    "output_guardrails": Case(
        {
            "Assistant": [
                text('{"reasoning":"-","response":"Denver"}'),
                text('{"reasoning":"-","response":"650-123"}'),
            ]
        },
        ("Capital?", ['Assistant: {"reasoning":"-","response":"Denver"}']),
        (
            "My phone?",
            ["error: The answer was withheld by the guardrail “phone_numbers”: It holds a phone number."],
        ),
    ),
    "llm_as_a_judge": Case(
        {
            "Writer": [text("A long tale"), text("A tale"), text("A poem")],
            "Judge": [text(NEEDS), text(PASS), text(PASS)],
        },
        (
            "A story",
            ["Writer: A long tale", f"step of Judge: {NEEDS}", "Writer: A tale", f"step of Judge: {PASS}"],
        ),
        ("A poem", ["Writer: A poem", f"step of Judge: {PASS}"]),
    ),
    "parallelization": Case(
        {"Translator": [text("Hola")] * 6, "Picker": [text("Hola!"), text("¡Hola!")]},
        ("hi", ["step of Translator: Hola"] * 3 + ["Picker: Hola!"]),
        ("hi", ["step of Translator: Hola"] * 3 + ["Picker: ¡Hola!"]),
    ),
    "routing": Case(
        {"Triage": [handoff("French")], "French Agent": [text("Bonjour"), text("Oui")]},
        ("Bonjour", ["handoff: Triage handed over to French Agent", "French Agent: Bonjour"]),
        ("Ça va?", ["French Agent: Oui"]),
    ),
    "streaming_guardrails": Case(
        {
            "Teacher": [text("Event horizons"), text("A big hole")],
            "Judge": [text('{"simple":false}'), text('{"simple":true}')],
        },
        (
            "Black holes?",
            [
                "Teacher: Event horizons",
                'step of Judge: {"simple":false}',
                ": That was too hard; ask again for a simpler answer.",
            ],
        ),
        ("Again", ["Teacher: A big hole", 'step of Judge: {"simple":true}']),
    ),
    "customer_service": Case(
        {
            "Triage Agent": [handoff("Seat")],
            "Seat Booking Agent": [text("Which seat?"), tool_call("update_seat", seat="1A"), text("Done.")],
        },
        (
            "another seat",
            ["handoff: Triage Agent handed over to Seat Booking Agent", "Seat Booking Agent: Which seat?"],
        ),
        ("1A", ['update_seat({"seat": "1A"})', "→ FLT-123: seat 1A", "Seat Booking Agent: Done."]),
    ),
    "message_filter": Case(
        {
            "Assistant": [text("Hi."), handoff("Spanish")],
            "Spanish Assistant": [text("Hola")],
        },
        ("hi", ["Assistant: Hi."]),
        ("hola", ["handoff: Assistant handed over to Spanish Assistant", "Spanish Assistant: Hola"]),
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
    "research_bot": Case(
        {
            "Planner": [text('{"searches":["a","b"]}'), text('{"searches":[]}')],
            "Searcher": [text("A is so."), text("B is so.")],
            "Writer": [text('{"summary":"So."}'), text('{"summary":"Nothing."}')],
        },
        (
            "Research",
            [
                'step of Planner: {"searches":["a","b"]}',
                "step of Searcher: A is so.",
                "step of Searcher: B is so.",
                'Writer: {"summary":"So."}',
            ],
        ),
        ("More", ['step of Planner: {"searches":[]}', 'Writer: {"summary":"Nothing."}']),
    ),
    "financial_research_agent": Case(
        {
            "Writer": [tool_call("risk_analysis", input="ACME"), text("A report."), text("Better.")],
            "Risk": [text("High.")],
            "Verifier": [
                text('{"verified":false,"issues":"No source."}'),
                text('{"verified":true,"issues":""}'),
            ],
        },
        (
            "ACME?",
            [
                'risk_analysis({"input": "ACME"})',
                "  Risk: High.",
                "→ High.",
                "Writer: A report.",
                'step of Verifier: {"verified":false,"issues":"No source."}',
                "note: Not verified: No source.",
            ],
        ),
        ("Again", ["Writer: Better.", 'step of Verifier: {"verified":true,"issues":""}']),
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
    "customer_service_update": Case(
        {"Triage": [handoff("Seats")], "Seats": [text("Which seat?"), text("7A it is.")]},
        ("A window", ["handoff: Triage handed over to Seats", "Seats: Which seat?"]),
        ("7A", ["Seats: 7A it is."]),
    ),
    "customer_service_workflow": Case(
        {"Triage Agent": [handoff("FAQ")], "FAQ Agent": [text("Ask."), text("One bag.")]},
        ("a question", ["handoff: Triage Agent handed over to FAQ Agent", "FAQ Agent: Ask."]),
        ("Bags?", ["FAQ Agent: One bag."]),
    ),
    "echo": Case(
        {},
        ("hi", [": Hello! I've received your message: hi"]),
        ("ho", [": Hello! I've received your message: ho"]),
    ),
    "agent_chat": Case(
        {"Calculator": [tool_call("calculate", x=6, y=7), text("42."), text("Yes.")]},
        ("6 times 7?", ['calculate({"x": 6, "y": 7})', "→ 42", "Calculator: 42."]),
        ("Sure?", ["Calculator: Yes."]),
    ),
    "state_machine": Case(
        {"Asker": [text("Which one?")], "Researcher": [text("Found it.")]},
        ("Research", ["Asker: Which one?"]),
        ("This one", ["Researcher: Found it."]),
    ),
    "script_deterministic": Case(
        {
            "Outliner": [text("A cat."), text("No.")],
            "Checker": [text(GOOD), text(BAD)],
            "Writer": [text("Once upon a cat.")],
        },
        (
            "a story",
            [
                "step of Outliner: A cat.",
                "note: Outline generated",
                f"step of Checker: {GOOD}",
                "Writer: Once upon a cat.",
            ],
        ),
        (
            "another",
            [
                "step of Outliner: No.",
                "note: Outline generated",
                f"step of Checker: {BAD}",
                ": Outline is not good, so we stop here.",
            ],
        ),
    ),
    "script_parallelization": Case(
        {"Translator": [text("Hola")] * 4, "Picker": [text("Hola!"), text("¡Hola!")]},
        ("hi", ["step of Translator: Hola"] * 2 + ["Picker: Hola!"]),
        ("hi", ["step of Translator: Hola"] * 2 + ["Picker: ¡Hola!"]),
    ),
    "script_streamed_judge": Case(
        {
            "Writer": [text("A long tale"), text("A tale"), text("A poem")],
            "Judge": [
                text('{"response":{"feedback":"Shorter","passed":false}}'),
                text('{"response":{"feedback":"","passed":true}}'),
                text('{"response":{"feedback":"","passed":true}}'),
            ],
        },
        (
            "A story",
            [
                "Writer: A long tale",
                'step of Judge: {"response":{"feedback":"Shorter","passed":false}}',
                "note: Again, with the feedback",
                "Writer: A tale",
                'step of Judge: {"response":{"feedback":"","passed":true}}',
            ],
        ),
        ("A poem", ["Writer: A poem", 'step of Judge: {"response":{"feedback":"","passed":true}}']),
    ),
    "script_research": Case(
        {
            "Planner": [text('{"searches":["a","b"]}'), text('{"searches":[]}')],
            "Searcher": [text("A is so."), text("B is so.")],
            "Writer": [
                text('{"summary":"So.","report":"# So it is"}'),
                text('{"summary":"-","report":"Nothing"}'),
            ],
        },
        (
            "Research",
            [
                'step of Planner: {"searches":["a","b"]}',
                "step of Searcher: A is so.",
                "step of Searcher: B is so.",
                'step of Writer: {"summary":"So.","report":"# So it is"}',
                ": Report\n\n# So it is\n\nTook True",
            ],
        ),
        (
            "More",
            [
                'step of Planner: {"searches":[]}',
                'step of Writer: {"summary":"-","report":"Nothing"}',
                ": Report\n\nNothing\n\nTook True",
            ],
        ),
    ),
    "script_at_top_level": Case(
        {"Translator": [text("Otoño"), text("Invierno")], "Critic": [text("Good."), text("Fine.")]},
        ("autumn", ["step of Translator: Otoño", "Critic: Good."]),
        ("winter", ["step of Translator: Invierno", "Critic: Fine."]),
    ),
}
