"""Agents whose code decides which one runs: judges, guardrails, research, state machines."""

from agentex_web.adk.testing import text, tool_call
from tests.turns_in_memory.gallery.case import BAD, GOOD, NEEDS, PASS, Case

PATTERNS = {
    "deep_research": Case(
        {"Asker": [text("Which ones?")], "Researcher": [text("All of them.")]},
        ("Lamps", ["Asker: Which ones?"]),
        ("Small", ["Researcher: All of them."]),
    ),
    "deterministic_workflow": Case(
        {
            "outliner": [text("Two robots meet."), text("Two cats meet.")],
            "teller": [text("Beep, said one.")],
        },
        ("Tell", ["outliner: Two robots meet.", "teller: Beep, said one."]),
        ("Another", ["outliner: Two cats meet.", ": Story generation stopped."]),
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
}
