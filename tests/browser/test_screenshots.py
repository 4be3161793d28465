"""Pages, a stream and a chat with tools, in each theme and width (see tests/support/shots.py)."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import OpenPage
from tests.support.chat_page import button, expect_turn, messages, open_chat, said
from tests.support.chat_rows import Chat, called, returned, system
from tests.support.chat_rows import said as answer
from tests.support.model_server import reasoning, text
from tests.support.people import Person
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


@pytest.fixture
def ada(ada: Person) -> Person:
    """Ada, who uses the admin, with earlier chats."""
    ada.user.is_staff = ada.user.is_superuser = True
    ada.user.save(update_fields=["is_staff", "is_superuser"])
    for agent, title in (
        ("haiku", "Write about the sea at night"),
        ("weather", "Compare Oslo and Nairobi"),
        ("haiku", "Cheer me up, it is Monday"),
    ):
        Chat(ada, agent, title).turn(title, answer("Done."))
    return ada


def test_the_login_page_and_the_setup_page(stack: Stack, person: Person, open_page: OpenPage) -> None:
    page = open_page(None, f"{stack.url}/accounts/login/")
    expect(page.get_by_label("Username")).to_be_focused()
    shoot(page, "login")
    show_setup_page(page, stack.url)
    shoot(page, "setup")


def test_a_new_chat_the_list_of_chats_and_the_menu(ada: Person, open_page: OpenPage) -> None:
    page = open_page(ada, "/?agent=weather")
    chats = page.get_by_role("navigation", name="Chats")
    expect(chats.get_by_role("listitem")).to_have_count(3)
    expect(button(page, "What is the weather in Lisbon?")).to_be_visible()
    shoot(page, "new-chat")
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


def test_the_admin(stack: Stack, ada: Person, open_page: OpenPage) -> None:
    reason = "The model's server refused the key: Incorrect API key provided."
    chat = Chat(ada, "weather", "What is 21 °C in Fahrenheit?")
    chat.turn(
        "What is 21 °C in Fahrenheit?",
        called("to_fahrenheit", '{"celsius": 21}', "call_1"),
        returned("to_fahrenheit", "69.8", "call_1"),
        answer("**69.8 °F**.", agent_name="Weather Reporter"),
    )
    chat.turn("Explain the tides", system("error", reason, status="failed"), status="failed", error=reason)
    page = open_page(ada, f"/admin/tasks/task/{chat.task.pk}/change/")
    expect(page.get_by_role("link", name="Open workflow")).to_be_visible()
    expect(page.locator("#turns tbody tr")).to_have_count(2)
    shoot(page, "admin-task", whole=True)
    page.goto(stack.url + "/admin/tasks/task/")
    shoot(page, "admin-tasks", whole=True)
