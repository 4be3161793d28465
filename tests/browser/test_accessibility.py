"""axe finds no barrier on any page, in any state, theme or width."""

from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from agentex_web.chat.health import SENTENCES
from agentex_web.demo_model.commands import MARKDOWN
from agentex_web.tasks.models import Agent
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.chat_page import button, messages, turn
from tests.support.chat_rows import Chat, called, returned, system, thought
from tests.support.chat_rows import said as answer
from tests.support.environment import AGENTS
from tests.support.people import Person, new_person
from tests.support.setup_page import show_setup_page
from tests.support.shots import HIDE, NARROW
from tests.support.stack import Stack
from tests.web.test_attachments import PNG

OPEN_ALL = """() => {
  document.querySelectorAll('.steps[aria-expanded="false"]').forEach((each) => each.click());
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
}"""


def hide_other_agents(page: Page) -> None:
    """Removes the cards of the tests' own agents: fifty of one kind."""
    page.evaluate(HIDE, [path.stem for path in AGENTS.glob("*.py")])


def test_pages_of_one_sheet(stack: Stack, open_page: OpenPage) -> None:
    """Pages with the markup of the 404 page are in tests/unit/test_sheets.py, forms in test_account_pages.py."""
    page = open_page(None, f"{stack.url}/nothing/")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    assert_accessible(page, "404")
    html = render_to_string("500.html")
    page.route("**/500/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{stack.url}/500/")
    assert_accessible(page, "500")
    show_setup_page(page, stack.url)
    assert_accessible(page, "set-up")


def test_a_new_chat_and_the_menu(stack: Stack, person: Person, open_page: OpenPage) -> None:
    Chat(person, title="An earlier chat").turn("Hello", answer("Hello."))
    page = open_page(person, "/?agent=weather")
    hide_other_agents(page)
    assert_accessible(page, "a new chat with an agent")
    page.get_by_role("button", name="Account").click()
    assert_accessible(page, "the account's menu", [{"width": 1280, "height": 860}])
    page.keyboard.press("Escape")
    page.set_viewport_size(NARROW)
    button(page, "Chats").click()
    page.get_by_role("button", name="Account").click()
    expect(button(page, "Log out")).to_be_visible()
    assert_accessible(page, "the list of chats and the menu over it", [NARROW])
    known = list(Agent.objects.filter(available=True).values_list("pk", flat=True))
    try:
        Agent.objects.update(available=False)
        page.goto(stack.url)
        expect(page.get_by_role("heading", name="Choose an agent")).to_be_visible()
        hide_other_agents(page)
        assert_accessible(page, "a new chat without an agent")
    finally:
        Agent.objects.filter(pk__in=known).update(available=True)


def test_a_chat_at_rest_and_all_that_opens_in_it(stack: Stack, person: Person, open_page: OpenPage) -> None:
    upload = [
        person.http.post("/attachments/", files={"file": each}).json()
        for each in (("notes.txt", b"Tides turn twice."), ("dot.png", PNG))
    ]
    chat = Chat(person, "editor")
    first = chat.turn("Show me everything", answer("An earlier version."))
    chat.task.head = None
    rich = chat.turn(
        "Show me *everything*, please",
        thought("**First**, I look at the words."),
        called("translate", '{"input": "moon", "into": {"language": "Latin"}}', "call_translate"),
        thought("A word.", data={"inside": "call_translate"}, agent_name="Translator"),
        called("look_up", '{"word": "luna"}', "call_look", data={"inside": "call_translate"}),
        returned("look_up", "luna is in the dictionary", "call_look", data={"inside": "call_translate"}),
        answer("luna", data={"inside": "call_translate"}, agent_name="Translator"),
        returned("translate", '{"word": "luna", "sure": true, "others": [1, null]}', "call_translate"),
        called("judge", "{}", "call_judge"),
        returned("judge", "", "call_judge", status="failed", error="The critic is asleep."),
        system("handoff", "", data={"from": "Editor", "to": "Critic"}),
        answer(
            MARKDOWN,
            agent_name="Critic",
            data={"citations": [{"url": "https://example.com/a", "title": "A source"}]},
        ),
        data={"attachments": upload},
        usage={"input": 210, "cached": 128, "output": 40, "reasoning": 12},
    )
    assert rich.parent_id == first.parent_id
    chat.turn("Then stop", answer("I was about", status="interrupted"), status="interrupted")
    chat.turn(
        "Tell me the code",
        system("error", "The answer was withheld by the guardrail no_numbers."),
        status="failed",
        error="The answer was withheld by the guardrail no_numbers.",
    )
    chat.turn("And now?", status="failed", error="The model's provider refused the key.")
    page = open_page(person, chat.task.get_absolute_url())
    expect(messages(page).locator(".diagram img")).to_be_visible()
    expect(messages(page).locator(".katex")).to_have_count(2)
    assert_accessible(page, "a chat at rest")
    page.evaluate(OPEN_ALL)
    expect(page.locator(".tree").first).to_be_visible()
    page.evaluate(OPEN_ALL)
    section = page.locator("[data-turn-id]").first
    section.get_by_role("button", name="Details of the answer").click()
    expect(section.get_by_text("tokens in")).to_be_visible()
    section.get_by_role("button", name="Good answer").click()
    expect(page.get_by_role("textbox", name="What was good about it?")).to_be_visible()
    turn(page).get_by_role("button", name="Edit and send again").click()
    page.locator("#file-input").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    expect(button(page, "Remove a.txt")).to_be_visible()
    banner = render_to_string("chat/_banner.html", {"services": SENTENCES})
    page.route("**/banner/", lambda route: route.fulfill(body=banner, content_type="text/html"))
    page.evaluate("htmx.trigger(document.body, 'services-changed')")
    expect(page.locator('[data-service="temporal"]')).to_be_visible()
    page.locator("#file-input").set_input_files(
        {"name": "b.bin", "mimeType": "text/plain", "buffer": b"\x00\x01"}
    )
    expect(page.locator("#form-error")).to_contain_text("This kind of file cannot be read")
    assert_accessible(
        page, "every fold, the details, a comment and the editor open; a file, an error and the banner"
    )


def test_a_chat_at_work(stack: Stack, person: Person, open_page: OpenPage) -> None:
    later = "2999-01-01T00:00:00+00:00"
    chat = Chat(person, "failing_tool")
    chat.turn(
        "What is in stock?",
        thought("I ask.", status="interrupted"),
        called(
            "ask_the_warehouse",
            '{"item": "lamps"}',
            "call_lamps",
            status="streaming",
            attempt=2,
            error="ConnectionError: the warehouse does not answer",
            finished_at=None,
            data={"call": "1", "status": "in_progress", "retry_at": later, "activity": "1"},
        ),
        called("count", "{}", "call_count", status="streaming", data={"call": "1", "status": "in_progress"}),
        answer(MARKDOWN, status="streaming", finished_at=None),
        status="running",
        attempt=2,
        retry_at=later,
        error="too many requests",
    )
    chat.turn("And tables?", status="queued")
    chat.turn("And chairs?", status="pending")
    page = open_page(person, chat.task.get_absolute_url())
    expect(button(page, "Try now")).to_have_count(2)
    assert_accessible(page, "calls that wait, a queued turn and a pending one")
    page.evaluate(OPEN_ALL)
    expect(page.get_by_role("textbox", name="Result")).to_be_visible()
    assert_accessible(page, "a result to give by hand")


def test_a_chat_to_print_and_the_admins_forms(stack: Stack, open_page: OpenPage) -> None:
    with new_person(stack.url, is_staff=True, is_superuser=True) as chief:
        chat = Chat(chief, title="About tides")
        chat.turn("Hello", answer("Hello **there**."))
        page = open_page(chief, f"/tasks/{chat.task.pk}/print/")
        assert_accessible(page, "a chat to print")
        for address in ("/admin/accounts/invitation/add/", f"/admin/auth/user/{chief.user.pk}/change/"):
            page.goto(f"{stack.url}{address}")
            assert_accessible(page, address)
