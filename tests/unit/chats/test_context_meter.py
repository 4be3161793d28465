"""The meter in the top bar: shown once half of the model's context window is in use."""

from typing import Any

import pytest

from agentex_web.tasks.models import Message
from tests.support.own_chats import a_chat, client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_shows_how_full_the_context_is_from_the_half_on(settings: Any) -> None:
    ada = somebody()
    task = a_chat(ada)
    address = f"/tasks/{task.pk}/context/"
    Message.objects.filter(turn__task=task, author="agent").update(usage={"input": 700, "output": 100})
    client = client_of(ada)
    assert "%" not in client.get(address).content.decode()
    for window, shown, full in (
        (2_000, False, False),
        (1_600, True, False),
        (1_000, True, True),
        (500, True, True),
    ):
        settings.AGENTEX_CONTEXT_WINDOW = window
        meter = client.get(address).content.decode()
        assert ("context-button" in meter, "full" in meter.split("</button>")[0]) == (
            shown,
            full,
        ) or not shown
    assert "100 %" in meter and "800 of 500 tokens" in meter
    # The page asks for it after its last turn.
    assert client.get(f"/tasks/{task.pk}/").content.decode().count(f'hx-get="{address}"') == 1
    assert client_of(somebody()).get(address).status_code == 404
