"""Hostile text runs no script and sends no request, wherever it appears. Checked with a browser and a listener."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.support.browser import USUAL, Contexts
from tests.support.chat_page import begin, expect_turn, messages, own
from tests.support.chat_rows import Chat, said
from tests.support.hostile_chat import SHORT, hostile_chat
from tests.support.listener import Listener, listener
from tests.support.model_server import reasoning, text
from tests.support.payloads import payloads
from tests.support.people import Person, new_person
from tests.support.stack import Stack

__all__ = ["listener"]

# Elements and attributes that rendered text must not contain.
DANGEROUS = """() => [...document.querySelectorAll(".prose *, .plain *, pre *")].flatMap((element) => [
  ...(element.closest(".katex, svg.icon") ? [] : element.matches(
    "script, style, iframe, object, embed, form, input:not([type=checkbox]), meta, link, base, dialog, video, svg, math"
  ) ? [element.outerHTML] : []),
  ...[...element.attributes].filter(({ name, value }) =>
    /^(on|hx-|data-hx|srcdoc|srcset|formaction)/i.test(name)
    || (/^(href|src)$/i.test(name) && /^[\\s\\x00-\\x1f]*(javascript|vbscript|data):/i.test(value))
    || (name === "src" && !/^(blob:|\\/attachments\\/)/.test(value))
  ).map(({ name, value }) => `${name}=${value}`),
])"""


LAST_DRAWING = "```mermaid\ngraph LR\n  last --> drawing\n```"


def expect_harmless(
    page: Page, listener: Listener, asked: list[str], site: str, *, drawn: bool = False
) -> None:
    """
    Args:
        drawn: whether to wait for LAST_DRAWING. A page with hostile drawings becomes idle half a minute later: their
            frame waits for pictures that its policy forbids.
    """
    if drawn:
        expect(page.get_by_role("img", name="last --> drawing")).to_be_visible()
    else:
        page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") is None
    assert page.evaluate(DANGEROUS) == []
    own = (site, site.replace("http", "ws", 1), "blob:", "data:", "about:")
    assert [url for url in asked if not url.startswith(own)] == []
    assert listener.heard == []


@contextmanager
def watched(contexts: Contexts, person: Person) -> Iterator[tuple[Page, list[str]]]:
    """A person's page, and the list of its requests, dialogs and popups.

    Nothing may depend on the content security policy as the last line of defence, except in the frame where Mermaid
    draws: its labels are markup.
    """
    asked: list[str] = []
    blocked: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if (
            "Content Security Policy" in message.text
            and "mermaid" not in where
            and "diagram-frame" not in where
        ):
            blocked.append(f"{where}: {message.text}")

    taken = contexts.take(**USUAL)
    try:
        page = taken.new_page(person.url)
        taken.context.add_cookies(
            [{"name": n, "value": v, "url": person.url} for n, v in person.cookies.items()]
        )
        page.on("console", hear)
        # Requests that the policy of the page or frame blocked never left the browser.
        page.on("request", lambda request: asked.append(request.url))
        page.on(
            "requestfailed", lambda request: asked.remove(request.url) if request.failure == "csp" else None
        )
        page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
        page.on("popup", lambda window: asked.append(f"window {window.url}"))
        yield page, asked
    finally:
        contexts.put_back(taken)
    assert not blocked


def test_the_listener_hears(listener: Listener) -> None:
    assert httpx2.get(f"http://{listener.address}/test").status_code == 200
    assert listener.heard == ["/test"]


@pytest.fixture
def hostile(stack: Stack, person: Person, listener: Listener) -> Iterator[Chat]:
    chat = hostile_chat(person, listener.address)
    chat.turn("And at last?", said(LAST_DRAWING))
    agent = chat.task.agent
    yield chat
    chat.task.delete()
    agent.delete()


def test_what_is_stored_is_harmless_on_its_page(
    hostile: Chat, person: Person, browser_of_process: Contexts, listener: Listener
) -> None:
    address = person.url + hostile.task.get_absolute_url()
    with watched(browser_of_process, person) as (page, asked):
        page.goto(address)
        expect(messages(page).first).to_be_visible()
        page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true;")
        expect_harmless(page, listener, asked, person.url, drawn=True)
        assert page.url == address
        page.goto(f"{person.url}/")
        expect_harmless(page, listener, asked, person.url)


def test_what_is_stored_is_harmless_in_the_admin(
    stack: Stack, hostile: Chat, browser_of_process: Contexts, listener: Listener
) -> None:
    """The page with the conversation, and each kind of other page. tests/unit/oversight asks for all."""
    turn = hostile.task.turns.get(status="failed")
    returned = turn.messages.get(kind="tool_response")
    with (
        new_person(stack.url, is_staff=True, is_superuser=True) as root,
        watched(browser_of_process, root) as (page, asked),
    ):
        for path in (
            f"task/{hostile.task.pk}/change/",
            f"turn/{turn.pk}/change/",
            f"message/{returned.pk}/change/",
            "message/",
        ):
            page.goto(f"{root.url}/admin/tasks/{path}")
            expect(page.locator("#content")).to_be_visible()
            assert page.evaluate("window.ran") is None, path
        expect_harmless(page, listener, asked, root.url)


def test_what_is_typed_and_what_streams_is_harmless_at_every_step(
    stack: Stack, person: Person, browser_of_process: Contexts, listener: Listener
) -> None:
    words = "\n\n".join([*payloads(listener.address), LAST_DRAWING, "The end."])
    # In small parts, so that half a tag is rendered, too.
    chunks = [words[start : start + 7] for start in range(0, len(words), 7)]
    thoughts = "\n\n".join(payloads(listener.address, "scripts", "htmx"))
    typed = f"{SHORT.format(listener.address)} hostile stream\n\n{thoughts}"
    # It pauses in the middle of the text, after the thoughts, which are half as many tokens.
    stack.model.script(
        reasoning(thoughts), text(words, chunks=chunks), match="hostile stream", hold_after=len(chunks)
    )
    with watched(browser_of_process, person) as (page, asked):
        page.goto(f"{person.url}/?agent=haiku")
        begin(page, typed)
        expect(messages(page)).to_have_attribute("data-status", "streaming")
        # Typed text stays text, also in the list of chats and in the title.
        assert own(page).locator(".plain").text_content() == typed
        title = page.get_by_role("navigation", name="Chats").locator(".task-title")
        expect(title).to_contain_text("<img src=http://")
        expect(page.locator("#sidebar-tasks, .topbar").locator("script, iframe, [onerror]")).to_have_count(0)
        assert page.title().endswith("Agentex")
        assert page.evaluate("window.ran") is None
        assert page.evaluate(DANGEROUS) == []
        # The rest streams into a page that is opened in the middle.
        page.reload()
        expect(messages(page)).to_have_attribute("data-status", "streaming")
        expect_harmless(page, listener, asked, person.url)
        stack.model.release()
        expect_turn(page, "done")
        page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true;")
        expect_harmless(page, listener, asked, person.url, drawn=True)
