"""Faults that only an administrator can fix are shown to staff; other people are told whom to ask."""

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string

from agentex_web.chat.health import SENTENCES, Health
from agentex_web.tasks.models import Turn
from agentex_web.tasks.setup_faults import FOR_PEOPLE, NO_CREDIT, REFUSED_KEY, for_reader

KEY = f"{REFUSED_KEY} (401). Check OPENAI_API_KEY."


@pytest.mark.parametrize("reason", [KEY, NO_CREDIT, f"Cancelled after 2 attempts. {KEY}"])
def test_people_read_whom_to_ask_and_staff_what_is_wrong(reason: str) -> None:
    assert for_reader(reason, is_staff=False) == FOR_PEOPLE
    assert for_reader(reason, is_staff=True) == reason


def test_other_reasons_are_everybodys() -> None:
    assert for_reader("The model is busy.", is_staff=False) == "The model is busy."


@pytest.mark.parametrize(
    ("is_staff", "shown", "hidden"), [(True, "OPENAI_API_KEY", FOR_PEOPLE), (False, FOR_PEOPLE, "OPENAI")]
)
def test_a_turns_status_line_depends_on_its_reader(is_staff: bool, shown: str, hidden: str) -> None:
    turn = Turn(status=Turn.Status.FAILED, error=KEY)
    turn.task_id = turn.pk
    page = render_to_string("chat/_turn_status.html", {"turn": turn, "user": User(is_staff=is_staff)})
    assert shown in page
    assert hidden not in page


def test_the_banner_names_the_part_to_staff_only() -> None:
    health = Health({"redis": False, "worker": True})
    assert health.missing_for(is_staff=False) == {"redis": SENTENCES["redis"]}
    assert health.missing_for(is_staff=True)["redis"].startswith("Redis cannot be reached.")
