"""Scripts: files that run several agents when they are started."""

from agentex_web.adk.testing import text
from tests.turns_in_memory.gallery.case import BAD, GOOD, Case

SCRIPTS = {
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
