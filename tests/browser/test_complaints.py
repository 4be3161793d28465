"""Complaints about other chat products, with links to their threads: none of them applies here.

Numbers 6 to 8, about several processes and large amounts of data, are in tests/browser/test_complaints_of_size.py.
"""

import random
import re

import pytest
from playwright.sync_api import Locator, Page, expect
from websockets.exceptions import ConnectionClosed

from agentex_web.demo_model.commands import MARKDOWN
from agentex_web.tasks.models import Turn
from tests.browser.test_answers import assert_the_same_after_a_reload
from tests.support.browser import OpenPage
from tests.support.chat_page import (
    begin,
    button,
    expect_turn,
    messages,
    open_chat,
    opened,
    own,
    said,
    send,
    turn,
    wait,
)
from tests.support.model_server import function_call, http_error, reasoning, step, text
from tests.support.people import Person, ended, last_turn, new_person
from tests.support.resuming import (
    FIRST_HUNDRED,
    WHOLE,
    WORDS,
    assert_only_grew,
    seen,
    wait_for_length,
    watch,
    watched_chat,
)
from tests.support.stack import Stack

CODE = """
```python
def tide(moon):
    return "high" if moon else "low"
```
"""

# Records every text that screen readers announce.
LISTEN = """() => {
  window.announced = [];
  const region = document.getElementById("announcer");
  new MutationObserver(() => region.textContent && window.announced.push(region.textContent))
    .observe(region, { childList: true, characterData: true, subtree: true });
}"""


def test_complaint_1_what_finished_while_the_tab_was_away_arrives(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    """Chainlit/chainlit#2201, danny-avila/LibreChat#13335."""
    stack.model.script(text("", chunks=WORDS), match="tunnel", tokens_per_second=300, hold_after=100)
    page, sockets = watched_chat(open_page, person, "haiku", "through a tunnel")
    expect(said(page)).to_have_text(FIRST_HUNDRED)
    page.context.set_offline(True)
    # Chromium keeps open sockets when offline; a train in a tunnel does not.
    sockets[-1].close(code=1001)
    expect(page.get_by_text("Reconnecting…")).to_be_visible()
    stack.model.release()
    # The answer continues without this page.
    assert ended(last_turn(opened(page))).answers().get().content.strip() == WHOLE
    assert seen(page)[-1] == FIRST_HUNDRED
    page.context.set_offline(False)
    expect(said(page)).to_have_text(WHOLE)
    expect_turn(page, "done")
    expect(page.get_by_text("Reconnecting…")).to_be_hidden()
    assert_only_grew(seen(page))


def test_complaint_2_refresh_mid_stream_does_not_truncate(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    """open-webui/open-webui#29596."""
    # Held near its end, so that even a slow machine reloads in the middle of the answer.
    stack.model.script(text("", chunks=WORDS), match="three moments", tokens_per_second=160, hold_after=280)
    page = open_chat(open_page, person, "haiku", "three moments", before=watch)
    moments = sorted(random.Random(2).sample(range(1, 1200), 3))
    for moment in moments:
        wait_for_length(page, moment)
        assert messages(page).get_attribute("data-status") == "streaming"
        before = seen(page)
        assert_only_grew(before)
        page.reload()
        # The new page starts with at least the text that the old page had shown.
        wait_for_length(page, 1)
        assert len(seen(page)[0]) >= len(before[-1])
    stack.model.release()
    expect(said(page)).to_have_text(WHOLE)
    expect_turn(page, "done")
    assert_only_grew(seen(page))
    expect(own(page)).to_have_count(1)
    expect(messages(page)).to_have_count(1)


def test_complaint_3_stop_is_there_after_coming_back(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    """open-webui/open-webui#8777, vercel/ai#6502: Stop is gone, or does not stop a stream that was resumed."""
    stack.model.script(text("one two three four"), match="leave and come back", hold_after=2)
    first = open_chat(open_page, person, "haiku", "leave and come back")
    expect(said(first)).to_have_text("one two")
    first.close()
    page = open_page(person, person.user.tasks.get().get_absolute_url())
    expect(said(page)).to_have_text("one two")
    button(page, "Stop").click()
    stack.model.wait_for(lambda record: record["outcome"] == "client_disconnected", "leave and come back")
    expect_turn(page, "interrupted")
    expect(said(page)).to_have_text("one two")
    expect(button(page, "Stop")).to_be_hidden()


def test_complaint_3_an_early_stop_is_not_lost(stack: Stack, person: Person) -> None:
    """ag-ui-protocol/ag-ui#2759: Stop races with the start."""
    for number in range(5):
        stack.model.script(text("Too late."), match=f"stop at once {number}", first_token_after=60)
        task = person.begin("haiku", f"stop at once {number}")
        person.stop(task)
        assert ended(last_turn(task)).status == "interrupted"


def test_complaint_4_resume_doubles_nothing(stack: Stack, person: Person, open_page: OpenPage) -> None:
    """vercel/ai#14688, ag-ui-protocol/ag-ui#2014: neither reasoning, calls nor text are doubled."""
    thought = "Let me think it over before I count."
    stack.model.script_steps(
        step(reasoning(thought), function_call("count_up", {"name": "resumed"}), hold_after=4),
        step(text("", chunks=WORDS), hold_after=100, tokens_per_second=300),
        match="cut me twice",
    )
    page, sockets = watched_chat(open_page, person, "slow_tools", "cut me twice")
    expect(messages(page, "reasoning").locator(".prose")).to_have_text("Let me think it")
    sockets[-1].close(code=1012)
    stack.model.release()
    expect(said(page)).to_have_text(FIRST_HUNDRED)
    sockets[-1].close(code=1012)
    stack.model.release()
    expect(said(page)).to_have_text(WHOLE)
    expect_turn(page, "done")
    assert len(sockets) == 3
    assert_only_grew(seen(page))
    shown = assert_the_same_after_a_reload(page)
    assert [each["kind"] for each in shown] == ["reasoning", "tool_request", "tool_response", "text"]
    assert shown[0]["words"] == [thought]
    assert (stack.data / "resumed.count").read_text() == "1"


def test_complaint_5_a_disconnect_leaves_no_run_running(stack: Stack, person: Person) -> None:
    """langgenius/dify#26169: the run never ends."""
    stack.model.script(text("one two three four"), match="nobody looks", hold_after=2)
    task = person.begin("haiku", "nobody looks")
    with person.socket(task) as socket:
        socket.until_text("two")
    stack.model.release()
    begun = ended(last_turn(task))
    assert (begun.status, begun.answers().get().content) == ("done", "one two three four")
    assert not Turn.objects.filter(task__owner=person.user, status__in=Turn.OPEN).exists()


def test_complaints_5_and_9_endings_read_as_what_they_were_and_are_announced(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    """langgenius/dify#39448: other endings are also shown as “stopped by user”.

    open-webui/open-webui#13639: answers are announced in sentences, never token by token.
    """
    words = "The tide comes twice a day. " + "And it goes again. " * 20
    chunks = re.findall(r"\S+ ", words)
    stack.model.script(text("one two three four"), match="stop this one", hold_after=2)
    stack.model.script(match="fail this one", fault=http_error(400, message="No."))
    stack.model.script(text("", chunks=chunks), match="answer this one", tokens_per_second=200)
    page = open_page(
        person,
        "/?agent=haiku",
        before=lambda page: page.add_init_script(f"addEventListener('DOMContentLoaded', {LISTEN})"),
    )
    begin(page, "stop this one")
    expect(said(page)).to_have_text("one two")
    button(page, "Stop").click()
    expect(messages(page)).to_have_attribute("data-status", "interrupted")
    expect_turn(page, "interrupted")
    expect(said(page)).to_have_text("one two")
    expect(shown(page, "Stopped")).to_have_count(1)
    expect_announced(page, "Stopped.")
    stack.model.wait_for(lambda record: record["outcome"] == "client_disconnected", match="stop this one")
    send(page, "fail this one")
    expect_turn(page, "failed")
    reason = last_turn(opened(page)).error
    expect(shown(page, reason)).to_have_count(1)
    expect_announced(page, f"Failed: {reason}")
    send(page, "answer this one")
    expect_turn(page, "done")
    expect_announced(page, "Haiku Assistant answered: The tide comes twice a day.")
    assert set(page.evaluate("window.announced")) <= {
        "Stopping…",
        "Stopped.",
        f"Failed: {reason}",
        "Haiku Assistant answered: The tide comes twice a day.",
    }
    # Nothing else on the page is announced while text streams into it.
    expect(page.locator("#announcer[aria-live=polite][role=status]")).to_have_count(1)
    assert page.locator("#conversation").evaluate("each => !each.closest('[aria-live]')")
    expect(page.locator("#conversation [aria-live], #conversation [role=status]")).to_have_count(0)
    # The model is told what was said before the stop.
    assert "one two" in str(stack.model.requests("answer this one")[-1]["body"]["input"])
    page.reload()
    stopped, failed, answered = page.locator("[data-turn-id]").all()
    for section in (failed, answered):
        expect(section.get_by_text("Stopped")).to_have_count(0)
    for section in (stopped, answered):
        expect(section.get_by_text("refused the request")).to_have_count(0)
    expect(stopped.get_by_text("Stopped").first).to_be_visible()
    statuses = [stopped.get_attribute("data-status"), failed.get_attribute("data-status")]
    assert statuses == ["interrupted", "failed"]


def shown(page: Page, words: str) -> Locator:
    return page.locator("#conversation").get_by_text(words).locator("visible=true")


def expect_announced(page: Page, words: str) -> None:
    wait(page, lambda: words in page.evaluate("window.announced"), f"“{words}” to be said")


def test_complaint_10_restored_chats_have_their_actions_messages_and_errors(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    """Chainlit/chainlit#2477, #2611, #2567."""
    stack.model.script_steps(
        step(reasoning("I count."), function_call("count_up", {"name": "restored"}), text("Counting.")),
        step(text(f"Counted **once**.\n\n{CODE}")),
        match="count, then fail",
    )
    stack.model.script(match="now fail", fault=http_error(400, message="No."))
    task = person.begin("slow_tools", "count, then fail")
    ended(last_turn(task))
    failed = ended(person.send(task, "now fail"))
    # A new web process has nothing of the chat in memory.
    stack.kill("web")
    stack.start_web()
    page = open_page(person, task.get_absolute_url())
    first, last = page.locator("[data-turn-id]").all()
    assert first.locator("article").evaluate_all("all => all.map((each) => each.dataset.kind)") == [
        "text",
        "reasoning",
        "tool_request",
        "tool_response",
        "text",
        "text",
    ]
    expect(first.locator("strong")).to_have_text("once")
    # Its code is coloured.
    keyword = first.locator("pre .k").first
    expect(keyword).to_have_text("def")
    colour = "element => getComputedStyle(element).color"
    assert keyword.evaluate(colour) != first.locator("pre code").evaluate(colour)
    expect(last.get_by_text(failed.error).locator("visible=true")).to_have_count(1)
    for name in ("Copy the answer as markdown", "Answer again", "Good answer", "Edit and send again"):
        expect(first.get_by_role("button", name=name)).to_have_count(1)
    # A turn without an answer has nothing to rate or copy.
    expect(last.get_by_role("button", name=re.compile("Good|Bad|Copy the answer"))).to_have_count(0)
    stack.model.script(text("Now it works."), match="now fail")
    button(page, "Retry").click()
    expect(said(page)).to_have_text("Now it works.")
    expect(turn(page).get_by_text("2 / 2")).to_be_visible()
    expect_turn(page, "done")
    # It answered the same message.
    expect(own(page).locator(".plain")).to_have_text(["count, then fail", "now fail"])
    expect(button(page, "Retry")).to_have_count(0)


def test_complaint_11_air_gapped(stack: Stack, open_page: OpenPage) -> None:
    """openai/chatkit-js#57: no page sends requests to other servers, whatever an answer contains."""
    words = f"![a picture](https://example.com/a.png) and [a link](https://example.com/b)\n\n{MARKDOWN}"
    stack.model.script(text(words), match="all that a page loads", hold_after=250)
    with new_person(stack.url, is_staff=True, is_superuser=True) as chief:
        asked: list[str] = []

        def listen(page: Page) -> None:
            page.on("request", lambda request: asked.append(request.url))
            page.on("websocket", lambda socket: asked.append(socket.url))

        page = open_page(chief, "/accounts/login/", before=listen)
        for path in ("/nothing/", "/admin/", "/admin/tasks/task/", "/?agent=haiku"):
            page.goto(stack.url + path)
        begin(page, "all that a page loads")
        # The first half is live, then from the server, the rest is live.
        expect(said(page).get_by_role("heading", name="Lists")).to_be_visible()
        page.reload()
        expect(said(page).get_by_role("link", name="a picture")).to_be_visible()
        stack.model.release()
        expect_turn(page, "done")
        expect(said(page).locator(".diagram img")).to_be_visible()
        expect(said(page).locator(".katex")).to_have_count(2)
    ours = (stack.url + "/", stack.url.replace("http", "ws") + "/", "blob:", "data:")
    assert not [url for url in asked if not url.startswith(ours)]
    assert any("mermaid" in url for url in asked) and any(url.startswith("ws") for url in asked)


def test_complaint_11_a_reconnect_checks_who_it_is(stack: Stack, person: Person, open_page: OpenPage) -> None:
    """Chainlit 2.10.1: a logged-out session receives nothing more."""
    stack.model.script(text("", chunks=WORDS), match="log me out", hold_after=100)
    page, sockets = watched_chat(open_page, person, "haiku", "log me out")
    expect(said(page)).to_have_text(FIRST_HUNDRED)
    # Log out in another tab.
    person.http.post("/accounts/logout/")
    sockets[-1].close(code=1012)
    expect(page.locator("#connection")).to_contain_text("You have been logged out.")
    stack.model.release()
    task = person.user.tasks.get()
    ended(last_turn(task))
    assert seen(page)[-1] == FIRST_HUNDRED
    with pytest.raises(ConnectionClosed) as closed, person.socket(task) as socket:
        socket.until_turn("done")
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4401
    assert socket.frames == []


def test_complaint_11_a_socket_that_is_open_ends_with_its_session(stack: Stack, person: Person) -> None:
    stack.model.script(text("", chunks=WORDS), match="log me out meanwhile", tokens_per_second=40)
    task = person.begin("haiku", "log me out meanwhile")
    with pytest.raises(ConnectionClosed) as closed, person.socket(task) as socket:
        socket.until_text(WORDS[5])
        person.http.post("/accounts/logout/")
        socket.until_turn("done")
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4401
