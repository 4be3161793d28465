"""Screenshots of every state of the page, in each theme and width (see tests/support/shots.py)."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from tests.support.browser import OpenPage
from tests.support.chat_page import box, button, expect_turn, messages, open_chat, said, send, turn
from tests.support.model_server import http_error, reasoning, text
from tests.support.people import Person, ended, last_turn, new_person
from tests.support.setup_page import show_setup_page
from tests.support.shots import NARROW, WIDE, shoot
from tests.support.stack import Stack

WORKFLOWS = """
A **durable workflow** remembers each step that it has finished. If the machine stops, another one goes on from \
there: no step is lost, and none is done twice.

| without | with |
|---|---|
| a crash loses the answer | the answer goes on |
| a retry pays twice | each step is paid once |

```python
@workflow.run
async def run(self, order: Order) -> Receipt:
    await charge(order)      # happens once
    return await ship(order)  # even if the worker dies here
```

In practice that means three things:

1. Write the steps as if nothing could fail.
2. Put what touches the world into *activities*.
3. Let Temporal do the retrying.
"""
THOUGHT = (
    "The question is what makes a workflow durable. I should explain it without jargon first, then show the "
    "difference in a small table, and end with the shortest piece of code that makes the point."
)


@pytest.fixture(scope="module")
def ada(running_stack: Stack, django_db_blocker: pytest.FixtureRequest) -> Iterator[Person]:
    """A person with earlier chats, which the demo model has answered."""
    running_stack.restore()
    running_stack.model.clear()
    with (
        django_db_blocker.unblock(),
        new_person(running_stack.url, first_name="Ada", is_staff=True, is_superuser=True) as somebody,
    ):
        # All other tests create their own accounts, so this name is free.
        User.objects.filter(pk=somebody.user.pk).update(username="ada")
        somebody.begin("haiku", "Write about the sea at night")
        somebody.begin("weather", "Compare Oslo and Nairobi")
        ended(last_turn(somebody.begin("haiku", "Cheer me up, it is Monday")))
        yield somebody


def test_the_login_page(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    page = open_page(None, f"{stack.url}/accounts/login/")
    expect(page.get_by_label("Username")).to_be_focused()
    shoot(page, "login")


def test_the_setup_page(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    page = open_page(None, f"{stack.url}/accounts/login/")
    show_setup_page(page, stack.url)
    shoot(page, "setup")


def test_a_new_chat(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    page = open_page(ada, "/?agent=weather")
    expect(page.get_by_role("navigation", name="Chats").get_by_role("listitem")).to_have_count(3)
    expect(button(page, "What is the weather in Lisbon?")).to_be_visible()
    shoot(page, "new-chat")


def test_an_answer_that_streams(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    stack.model.script(reasoning(THOUGHT), text(WORKFLOWS), match="durable workflow", hold_after=90)
    page = open_chat(open_page, ada, "haiku", "What is a durable workflow?")
    expect(said(page)).to_contain_text("remembers each step")
    messages(page, "reasoning").locator("summary").click()
    shoot(page, "streaming")
    before = messages(page).bounding_box()
    stack.model.release()
    expect_turn(page, "done")
    expect(said(page).get_by_role("table")).to_be_visible()
    shoot(page, "markdown")
    after = messages(page).bounding_box()
    assert before and after and before["x"] == after["x"]


def test_a_finished_chat_with_tools(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    page = open_chat(open_page, ada, "weather", "Do I need an umbrella in Lisbon or in Bergen?")
    expect_turn(page, "done")
    expect(messages(page, "tool_request")).to_have_count(2)
    shoot(page, "steps")
    page.get_by_role("button", name="used get_weather 2 times").click()
    messages(page, "tool_request").last.locator("summary").first.click()
    shoot(page, "tools")


def test_a_handoff(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    page = open_chat(open_page, ada, "triage", "I was charged twice for my order")
    expect_turn(page, "done")
    expect(messages(page, "handoff", "system")).to_be_visible()
    shoot(page, "handoff")


def test_an_answer_that_failed(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    stack.model.script(match="tides", fault=http_error(401, message="Incorrect API key provided."))
    page = open_chat(open_page, ada, "haiku", "Explain the tides")
    expect_turn(page, "failed")
    expect(button(page, "Retry")).to_be_visible()
    shoot(page, "failed")


def test_an_answer_that_was_stopped_and_one_that_waits(
    stack: Stack, ada: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("An old pond lies still.\nA frog leaps"), match="old pond", hold_after=8)
    stack.model.script(text("Autumn moonlight —\na worm digs"), match="autumn moon", hold_after=7)
    page = open_chat(open_page, ada, "haiku", "A haiku about an old pond")
    expect(said(page)).to_contain_text("A frog")
    button(page, "Stop").click()
    expect_turn(page, "interrupted")
    shoot(page, "stopped")
    send(page, "Then one about the autumn moon")
    expect(said(page)).to_contain_text("Autumn")
    send(page, "And then one about snow, please")
    expect(turn(page)).to_have_attribute("data-status", "queued")
    box(page).fill("While I wait, I can go on writing")
    shoot(page, "queued")
    button(page, "Stop").click()
    expect_turn(page, "interrupted")


def test_the_list_of_chats_and_the_menu(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    page = open_page(ada, "/?agent=haiku")
    chats = page.get_by_role("navigation", name="Chats")
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        if size is NARROW:
            expect(chats).to_be_hidden()
            button(page, "Chats").click()
        expect(chats.get_by_text("Cheer me up, it is Monday")).to_be_visible()
        page.get_by_role("button", name="Account").click()
        expect(button(page, "Log out")).to_be_visible()
        shoot(page, "menu", [size])
        page.keyboard.press("Escape")
        expect(button(page, "Log out")).to_be_hidden()


def test_the_admin(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    stack.model.script(match="tides", fault=http_error(401, message="Incorrect API key provided."))
    task = ada.begin("weather", "What is 21 °C in Fahrenheit?")
    ended(last_turn(task))
    ended(ada.send(task, "Explain the tides"))
    page = open_page(ada, f"/admin/tasks/task/{task.pk}/change/")
    expect(page.get_by_role("link", name="Open workflow")).to_be_visible()
    shoot(page, "admin-task", whole=True)
    page.goto(stack.url + "/admin/tasks/task/")
    shoot(page, "admin-tasks", whole=True)
