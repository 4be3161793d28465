"""Nothing is lost or doubled when pages disconnect or open during an answer, or when parts die."""

import os
import signal

from playwright.sync_api import expect
from redis import Redis

from agentex_web.services import redis_url
from tests.support.browser import OpenPage
from tests.support.chat_page import button, expect_turn, messages, open_chat, opened, said, send
from tests.support.model_server import text
from tests.support.people import Person, last_turn
from tests.support.resuming import (
    FIRST_HUNDRED,
    WHOLE,
    WORDS,
    assert_only_grew,
    seen,
    wait_for_length,
    watch,
    watched_chat,
    watched_tab,
)
from tests.support.stack import Stack


def test_two_tabs_show_the_same_and_one_may_come_late(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    pauses = [150, 180, 210, 240, 270]
    stack.model.script(text("", chunks=WORDS), match="two tabs", hold_after=pauses)
    first = open_chat(open_page, person, "haiku", "two tabs", before=watch)
    expect(said(first)).to_have_text("".join(WORDS[:150]).strip())
    second = watched_tab(first)
    second.goto(first.url)
    wait_for_length(second, 1)
    assert seen(second)[0] == seen(first)[-1] == "".join(WORDS[:150]).strip()
    # Streaming: the model pauses until both pages have shown everything so far.
    for pause in pauses:
        for page in (first, second):
            expect(said(page)).to_have_text("".join(WORDS[:pause]).strip())
        stack.model.release()
    for page in (first, second):
        expect(said(page)).to_have_text(WHOLE)
        expect_turn(page, "done")
        assert_only_grew(seen(page))
        assert len([each for each in seen(page) if len(each) > len("".join(WORDS[:150]))]) > 3


def test_a_stop_is_said_in_every_tab_while_the_worker_cannot_hear_it(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("one two three"), match="stop us both", hold_after=2)
    page = open_chat(open_page, person, "haiku", "stop us both")
    other = open_page(person, page.url.removeprefix(person.url))
    expect(said(other)).to_have_text("one two")
    with stack.frozen("worker"):
        button(page, "Stop").click()
        expect(other.locator("#conversation").get_by_text("Stopping…")).to_be_visible()
        other.reload()
        expect(other.locator("#conversation").get_by_text("Stopping…")).to_be_visible()
    assert stack.until_ended(last_turn(opened(page))) == "interrupted"
    for tab in (page, other):
        expect_turn(tab, "interrupted")
        expect(tab.get_by_text("Stopping…")).to_have_count(0)


def test_a_socket_that_is_cut_goes_on_from_its_cursor(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("", chunks=WORDS), match="cut the socket", tokens_per_second=300, hold_after=100)
    stack.model.script(text("Hello."), match="before the cut")
    page, sockets = watched_chat(open_page, person, "haiku", "before the cut")
    expect_turn(page, "done")
    send(page, "cut the socket")
    expect(said(page)).to_have_text(FIRST_HUNDRED)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sockets[0].close(code=1012)
    stack.model.release()
    expect(said(page)).to_have_text(WHOLE)
    expect_turn(page, "done")
    assert_only_grew(seen(page), f"Hello.|{WHOLE}")
    first, second = (
        tuple(map(int, each.url.partition("cursor=")[2].partition("&")[0].split("-"))) for each in sockets
    )
    assert second > first
    # The missed text came over the socket, without a resync.
    assert not [url for url in asked if url.endswith("/conversation/")]


def test_a_web_server_that_is_killed_and_comes_back_costs_the_page_nothing(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("", chunks=WORDS), match="kill the web", tokens_per_second=300, hold_after=100)
    page = open_chat(open_page, person, "haiku", "kill the web", before=watch)
    expect(said(page)).to_have_text(FIRST_HUNDRED)
    stack.kill("web")
    expect(page.get_by_text("Reconnecting…")).to_be_visible()
    stack.model.release()
    stack.start_web()
    expect(said(page)).to_have_text(WHOLE)
    expect_turn(page, "done")
    expect(page.get_by_text("Reconnecting…")).to_be_hidden()
    assert_only_grew(seen(page))


def test_a_worker_killed_in_the_middle_leaves_one_answer_on_the_page(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("", chunks=WORDS), match="kill the worker", tokens_per_second=300, hold_after=100)
    stack.model.script(text("", chunks=WORDS), match="kill the worker", tokens_per_second=300)
    page = open_chat(open_page, person, "haiku", "kill the worker", before=watch)
    expect(said(page)).to_have_text(FIRST_HUNDRED)
    stack.kill("worker")
    stack.start_worker()
    expect_turn(page, "done")
    expect(said(page)).to_have_text(WHOLE)
    expect(messages(page)).to_have_count(1)
    assert all(WHOLE.startswith(each) for each in seen(page))
    page.reload()
    expect(said(page)).to_have_text(WHOLE)
    expect(messages(page)).to_have_count(1)


def test_an_answer_goes_on_after_redis_has_lost_its_beginning(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    half = "".join(WORDS[:150])
    stack.model.script(text("", chunks=WORDS), match="forget the stream", hold_after=100)
    page = open_chat(open_page, person, "haiku", "forget the stream", before=watch)
    expect(said(page)).to_have_text(FIRST_HUNDRED)
    task = person.user.tasks.get()
    redis = Redis.from_url(redis_url())
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    with page.expect_response(lambda response: "/conversation/" in response.url):
        redis.delete(f"stream:{task.pk}")
        os.kill(redis.info("server")["process_id"], signal.SIGKILL)
    # Reload when the database does not have the text yet and Redis has lost it.
    expect(said(page)).to_have_text(FIRST_HUNDRED)
    assert said(page).inner_text() == FIRST_HUNDRED.strip()
    stack.model.release()
    expect(said(page)).to_contain_text(half)
    expect_turn(page, "done")
    expect(said(page)).to_have_text(WHOLE)
    expect(messages(page)).to_have_count(1)
    assert_only_grew(seen(page))
    assert not loads


def test_an_answer_streams_on_while_a_new_redis_knows_nothing_of_it(stack: Stack, person: Person) -> None:
    stack.model.script(text("", chunks=WORDS), match="begin the stream anew", hold_after=[100, 150])
    task = person.begin("haiku", "begin the stream anew")
    with person.socket(task) as socket:
        socket.until_text(WORDS[99])
        Redis.from_url(redis_url()).delete(f"stream:{task.pk}")
        stack.model.release()
        # The beginning, with all text so far, is sent again before the end.
        again = socket.until(lambda frame: frame["type"] == "started" and len(socket.streamed()) > 20)
        delta = socket.until(lambda frame: frame["type"] == "delta")
        assert delta["offset"] == 0 and delta["text"].startswith("".join(WORDS[:10]))
        assert again["cursor"]
        stack.model.release()
        socket.until_turn("done")
