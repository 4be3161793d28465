"""The prompt library: a person's own and shared prompts, and no others. Without services."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agentex_web.prompts.models import MOST, Prompt
from tests.support.accounts import account, ada, fresh_counts, kept_record, signed_in

__all__ = ["ada", "fresh_counts", "kept_record"]

pytestmark = pytest.mark.usefixtures("kept_record", "fresh_counts")


@pytest.fixture(autouse=True)
def none_left(kept_record: None) -> Iterator[None]:
    """Deletes the shared prompts, which later tests would see."""
    yield
    Prompt.objects.all().delete()


@pytest.fixture
def eve() -> User:
    return account("eve")


def test_one_is_made_changed_offered_and_deleted(ada: User) -> None:
    client = signed_in(ada)
    assert client.get("/prompts/").text.count('href="/prompts/new/"') == 1
    assert (
        client.post("/prompts/new/", {"title": "Weather", "text": "The weather in {{city}}?"}).status_code
        == 302
    )
    row = Prompt.objects.get(owner=ada)
    page = client.get("/prompts/").text
    assert "Weather" in page and page.count('href="/prompts/new/"') == 1
    assert client.post(f"/prompts/{row.pk}/", {"title": "Weather today", "text": row.text}).status_code == 302
    offered = client.get("/prompts/suggest?q=today wea").json()["prompts"]
    assert offered == [{"title": "Weather today", "text": "The weather in {{city}}?", "owner": ""}]
    assert client.get("/prompts/suggest?q=tides").json()["prompts"] == []
    client.post(f"/prompts/{row.pk}/delete/")
    assert not Prompt.objects.filter(owner=ada).exists()


def test_only_what_is_shared_is_seen_by_others(ada: User, eve: User) -> None:
    own = Prompt.objects.create(owner=ada, title="Secret plans", text="x")
    shared = Prompt.objects.create(owner=ada, title="Open plans", text="x", shared=True)
    client = signed_in(eve)
    assert "Secret plans" not in client.get("/prompts/").text
    assert [each["owner"] for each in client.get("/prompts/suggest?q=plans").json()["prompts"]] == [
        ada.username
    ]
    for row in (own, shared):
        assert client.get(f"/prompts/{row.pk}/").status_code == 404
        assert client.post(f"/prompts/{row.pk}/", {"title": "mine", "text": "mine"}).status_code == 404
        assert client.post(f"/prompts/{row.pk}/delete/").status_code == 404
    assert Prompt.objects.filter(owner=ada).count() == 2


def test_what_is_too_long_or_too_much_is_said(ada: User) -> None:
    client = signed_in(ada)
    answer = client.post("/prompts/new/", {"title": "x" * 81, "text": ""})
    assert answer.status_code == 200 and not Prompt.objects.filter(owner=ada).exists()
    Prompt.objects.bulk_create(Prompt(owner=ada, title=f"{n}", text="x") for n in range(MOST))
    answer = client.post("/prompts/new/", {"title": "one more", "text": "x"})
    assert f"You have {MOST} prompts" in answer.text


def test_a_stranger_is_asked_to_sign_in() -> None:
    client = Client(headers={"host": "127.0.0.1"})
    for address in ("/prompts/", "/prompts/new/", "/prompts/suggest?q=a", "/prompts/1/"):
        assert client.get(address).status_code == 302
