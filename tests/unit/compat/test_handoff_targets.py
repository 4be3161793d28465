"""compat/handoff_targets.py is needed while the target of ``handoff(…)`` is private in the SDK."""

from agentex_web.compat.handoff_targets import reachable, target_of
from agents import Agent, Handoff, RunContextWrapper, handoff

second = Agent(name="Second")
first = Agent(name="First", handoffs=[handoff(second)])
second.handoffs = [first]


def test_no_public_attribute_holds_the_target() -> None:
    """If this fails, use the public attribute instead of the private one."""
    made = handoff(second)
    assert not [name for name, value in vars(made).items() if not name.startswith("_") and value is second]
    assert target_of(made) is second


def test_agents_are_found_through_handoffs_and_circles() -> None:
    assert [each.name for each in reachable(first)] == ["First", "Second"]


async def _unknown(_context: RunContextWrapper[None], _input: str) -> Agent[None]:
    return second


def test_a_handoff_that_only_its_authors_code_knows_leads_nowhere() -> None:
    made = Handoff("go", "Goes.", {}, _unknown, "Somebody")
    assert target_of(made) is None
