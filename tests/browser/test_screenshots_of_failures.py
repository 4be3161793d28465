"""Screenshots of failures in an author's code, as the author sees them (see tests/support/shots.py)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

import agentex_web.agents
from agentex_web.catalog.loading import load_catalog
from agentex_web.tasks.models import Agent
from agentex_web.turns.chat_workflow import CHAT
from tests.support.browser import OpenPage
from tests.support.chat_page import messages
from tests.support.chat_rows import Chat, called, said, system
from tests.support.people import Person
from tests.support.shots import shoot
from tests.support.stack import Stack

FILES = {
    "newsletter": "from agents import Agent\n\nagent = Agent(name='Newsletter', instruction='Write.')\n",
    "prices": "import yfinance\nfrom agents import Agent\n\nagent = Agent(name='Prices')\n",
    "receptionist": "from agents.realtime import RealtimeAgent\n\nagent = RealtimeAgent(name='Receptionist')\n",
    "story": "from agents import Agent\n\noutline = Agent(name='Outline')\nwriter = Agent(name='Writer')\n",
}


@pytest.fixture
def staff(person: Person) -> Person:
    person.user.first_name, person.user.is_staff = "Ada", True
    person.user.save(update_fields=["first_name", "is_staff"])
    return person


@pytest.fixture
def refused(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Agent]]:
    """Writes the rows that a worker writes for unusable files, with the worker's error messages."""
    folder = tmp_path / "agents"
    folder.mkdir()
    for name, source in FILES.items():
        (folder / f"{name}.py").write_text(source)
    monkeypatch.setattr(agentex_web.agents, "__path__", [str(folder)])
    broken = load_catalog().broken
    assert broken.keys() == FILES.keys()
    rows = {
        name: Agent.objects.create(
            name=name, title=name.capitalize(), workflow=CHAT, error=reason, available=False, seen_at=now()
        )
        for name, reason in broken.items()
    }
    yield rows
    Agent.objects.filter(name__in=rows).delete()


def test_files_that_cannot_be_used(
    stack: Stack, staff: Person, refused: dict[str, Agent], open_page: OpenPage
) -> None:
    page = open_page(staff, "/")
    expect(page.get_by_text("pip install yfinance")).to_be_visible()
    expect(page.get_by_text("keeps an audio connection open")).to_be_visible()
    shoot(page, "refused-agents", whole=True, agents=list(FILES))


def test_code_that_failed_a_turn_and_a_file_that_breaks_while_it_is_edited(
    stack: Stack, staff: Person, open_page: OpenPage
) -> None:
    reason = (
        "poet.py, line 12, calls time.sleep() in a workflow. Workflow code is repeated after a crash and must "
        "do the same again. Use workflow.sleep() or asyncio.sleep()."
    )
    agent = Agent.objects.create(name="verse", title="Poet", workflow=CHAT, seen_at=now())
    try:
        chat = Chat(staff, "verse", "Verses about rain")
        chat.turn(
            "Write about rain", said("Soft on the tin roof,\na thousand small hands.", agent_name="Poet")
        )
        chat.turn(
            "Draw a theme, then write",
            called("draw_theme", "{}", "c1"),
            system("error", reason, status="failed"),
            status="failed",
            error=reason,
        )
        agent.error, agent.available = "agents/verse.py, line 7: SyntaxError: '(' was never closed.", False
        agent.save(update_fields=["error", "available"])
        page = open_page(staff, chat.task.get_absolute_url())
        expect(messages(page, "error", "system")).to_contain_text("line 12")
        expect(page.get_by_text("Poet could not be loaded: agents/verse.py, line 7")).to_be_visible()
        shoot(page, "broken-file")
    finally:
        chat.task.delete()
        agent.delete()
