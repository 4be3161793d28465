"""The fields of an agent's form."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from agentex_web.chat.questions.fields import AnswerField


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-01-01T12:00:00Z", "2026-01-01T13:00"),
        ("2026-07-01T12:00:00+02:00", "2026-07-01T12:00"),
        ("2026-01-01T12:00:00", "2026-01-01T12:00"),
        ("9999-12-31T23:30:00Z", "9999-12-31T23:30"),
        ("2026-13-01T12:00:00Z", "2026-13-01T12:00"),
        ("soon", "soon"),
        (None, ""),
    ],
)
def test_a_moment_is_shown_in_the_zone_in_which_the_answer_is_read(value: Any, shown: str) -> None:
    spec = {"name": "when", "label": "When", "kind": "date_time"}
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert AnswerField("form", spec, value).text == shown
