"""Hostile text runs no script and sends no request, wherever it appears. Checked with a browser and a listener."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
from django.utils import timezone
from playwright.sync_api import ConsoleMessage, Page, expect

from agentex_web.tasks.models import Agent, Attachment, Feedback, Span, Turn
from tests.support.browser import USUAL, Contexts
from tests.support.chat_page import expect_turn, messages
from tests.support.chat_rows import Chat, called, returned, said, system, thought
from tests.support.listener import Listener, listener
from tests.support.model_server import text
from tests.support.payloads import GROUPS, payloads
from tests.support.people import Person, new_person
from tests.support.stack import Stack

__all__ = ["listener"]

SHORT = "<img src=http://{0}/short onerror=window.ran=1>\"'><script>window.ran=1</script>"
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


def expect_harmless(page: Page, listener: Listener, asked: list[str], site: str) -> None:
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
    """A chat with hostile text in every place that can hold text."""
    short = SHORT.format(listener.address)
    agent = Agent.objects.create(
        name=f"hostile-{uuid.uuid4().hex[:8]}",
        title=short[:200],
        description=short,
        workflow="w",
        task_queue="nobody",
        error=short,
        seen_at=timezone.now(),
    )
    chat = Chat(person, agent.name, short[:200])
    for name in GROUPS:
        for each in payloads(listener.address, name):
            chat.turn(each, thought(each, agent_name=short[:100]), said(each, agent_name=short[:100]))
    everything = "\n\n".join(payloads(listener.address))
    turn = chat.turn(
        everything,
        called(short[:100], everything, "call-1", status="done"),
        returned(short[:100], everything, "call-1", status="done"),
        system("handoff", short),
        system("error", everything),
        status=Turn.Status.FAILED,
        error=everything,
        last_agent=short[:100],
    )
    opening = turn.messages.get(author="user")
    Attachment.objects.create(
        owner=person.user,
        message=opening,
        name=short[:200],
        content_type="text/plain",
        size=1,
        note=short[:100],
    )
    answer = turn.messages.filter(author="agent").last()
    assert answer is not None
    Feedback.objects.create(message=answer, user=person.user, value=-1, comment=short)
    Span.objects.create(
        task=chat.task,
        turn=turn,
        trace_id=short[:200],
        name=short[:200],
        started_at=timezone.now(),
        data={"x": short},
    )
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
        expect_harmless(page, listener, asked, person.url)
        assert page.url == address
        page.goto(f"{person.url}/")
        expect_harmless(page, listener, asked, person.url)


def test_what_is_stored_is_harmless_in_the_admin(
    stack: Stack, hostile: Chat, browser_of_process: Contexts, listener: Listener
) -> None:
    turn = hostile.task.turns.get(pk=hostile.task.head_id)
    rows = [f"message/{message.pk}" for message in turn.messages.all()]
    lists = ["task/", "message/", "turn/", "attachment/", "agent/", "feedback/", "span/"]
    owners = [f"task/{hostile.task.pk}", f"turn/{turn.pk}", f"agent/{hostile.task.agent_id}", *rows]
    with (
        new_person(stack.url, is_staff=True, is_superuser=True) as root,
        watched(browser_of_process, root) as (page, asked),
    ):
        for path in [*lists, *(f"{row}/change/" for row in owners)]:
            page.goto(f"{root.url}/admin/tasks/{path}")
            expect(page.locator("#content")).to_be_visible()
            assert page.evaluate("window.ran") is None, path
        expect_harmless(page, listener, asked, root.url)


def test_what_streams_is_harmless_at_every_step(
    stack: Stack, person: Person, browser_of_process: Contexts, listener: Listener
) -> None:
    words = "\n\n".join(payloads(listener.address))
    # In small parts, so that half a tag is rendered, too.
    chunks = [words[start : start + 7] for start in range(0, len(words), 7)]
    stack.model.script(text(words, chunks=chunks), match="hostile stream", hold_after=len(chunks) // 2)
    with watched(browser_of_process, person) as (page, asked):
        page.goto(person.url + person.begin("haiku", "hostile stream").get_absolute_url())
        expect(messages(page)).to_have_attribute("data-status", "streaming")
        expect_harmless(page, listener, asked, person.url)
        stack.model.release()
        expect_turn(page, "done")
        expect_harmless(page, listener, asked, person.url)
