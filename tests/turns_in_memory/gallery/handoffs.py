"""Agents that hand over to one another, or that other agents call as tools."""

from agentex_web.adk.testing import handoff, text, tool_call
from agentex_web.adk.testing.script import Part
from tests.turns_in_memory.gallery.case import Case

HANDOFFS = {
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
    "handoff_input_filter": Case(
        {
            "Clerk": [Part("handoff", '{"reason": "hard"}', "Expert")],
            "Expert": [text("Solved."), text("Yes.")],
        },
        ("Help", ["handoff: Clerk handed over to Expert", "Expert: Solved."]),
        ("Really?", ["Expert: Yes."]),
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
    "routing": Case(
        {"Triage": [handoff("French")], "French Agent": [text("Bonjour"), text("Oui")]},
        ("Bonjour", ["handoff: Triage handed over to French Agent", "French Agent: Bonjour"]),
        ("Ça va?", ["French Agent: Oui"]),
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
}
