"""An agent whose tool does to the worker what the model's call names."""

KINDS = ("garbage", "modules", "grow", "kept", "block")

HOSTILE = '''
"""Harms the worker that it runs in."""
import sys
from agents import Agent, function_tool

KEPT = []

class Endless:
    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        while True:
            pass

def fill(into: list[str]) -> None:
    while True:
        into.append(str(len(into)) + 1_000_000 * "x")

@function_tool
def harm(kind: str) -> str:
    """Harms."""
    match kind:
        case "garbage":
            for _ in range(3):
                Endless()
        case "modules":
            sys.modules.clear()
        case "grow":
            fill([])
        case "kept":
            fill(KEPT)
        case "block":
            return str(len(b"x" * 40_000_000_000))
    return "done"

agent = Agent(name="Hostile", instructions="Be brief.", tools=[harm])
'''
