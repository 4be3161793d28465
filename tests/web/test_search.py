"""The search page and the palette's suggestions show only one's own messages, with highlights, for any input."""

import pytest

from agentex_web.tasks.models import Message
from tests.support.accounts import fresh_counts, kept_record
from tests.support.own_chats import a_chat, client_of, somebody

__all__ = ["fresh_counts", "kept_record"]

pytestmark = pytest.mark.usefixtures("kept_record", "fresh_counts")


def test_a_stranger_finds_nothing() -> None:
    a_chat(somebody(), "The combination is 1-2-3", "Noted.")
    stranger = client_of(somebody())
    for path in ("/search/", "/search/suggest"):
        page = stranger.get(path, {"q": "combination"}).content.decode()
        assert "1-2-3" not in page and "Noted" not in page


def test_the_pages_lead_to_the_message() -> None:
    ada = somebody()
    task = a_chat(ada, "<b>Where</b> is it?", "Under the *bridge*.")
    client = client_of(ada)
    page = client.get("/search/", {"q": "bridge"}).content.decode()
    row = Message.objects.get(turn__task=task, author="agent")
    assert f'href="/tasks/{task.pk}/#message-{row.pk}"' in page and "<mark>bridge</mark>" in page
    options = client.get("/search/suggest", {"q": "where"}).content.decode()
    assert 'role="option"' in options and "&lt;b&gt;" in options and "<b>" not in options
    assert client.get("/search/", {"q": "zebra"}).content.decode().count("Nothing was found") == 1
    assert client.get("/search/suggest", {"q": ""}).content.strip() == b""


@pytest.mark.parametrize("asked", ['"', "a" * 5_000, "* OR 1", "'; DROP TABLE", "NEAR(", "^", "京 *"])
def test_whatever_is_typed_is_words(asked: str) -> None:
    client = client_of(somebody())
    for path in ("/search/", "/search/suggest"):
        assert client.get(path, {"q": asked, "before": asked}).status_code == 200
