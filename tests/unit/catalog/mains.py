"""The source of agents' files with a main()."""

IMPORTS = "import asyncio\nfrom agents import Agent, InputGuardrail, Runner, function_tool, input_guardrail\n"


RUN = "\nasync def main():\n    {}\n\nif __name__ == '__main__':\n    asyncio.run(main())\n"


def source(body: str, run: str = "print()") -> str:
    return IMPORTS + body + RUN.format(run)
