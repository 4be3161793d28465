"""Complaints 6 to 8 about other chat products: several processes and a proxy, long chats, memory.

The others are in tests/browser/test_complaints.py.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import WebSocketRoute, expect

from agentex_web.tasks.threads import THREADS
from tests.support.browser import OpenPage
from tests.support.chat_page import begin, button, expect_turn, open_chat, opened, own, said, send
from tests.support.model_server import text
from tests.support.nginx import PROGRAM, nginx
from tests.support.people import Person, ended, last_turn
from tests.support.resuming import (
    FIRST_HUNDRED,
    WHOLE,
    WORDS,
    assert_only_grew,
    route_sockets,
    seen,
    watch,
    watched_tab,
)
from tests.support.stack import Stack, free_port
from tests.support.waiting import PATIENCE, until

SECOND = "web-2"


@pytest.fixture(scope="module")
def port_of_second(running_stack: Stack) -> Iterator[int]:
    """The port that the second web process has in all tests. It ends with the last of them."""
    running_stack.shared = {SECOND}
    yield free_port()
    running_stack.shared = set()
    if running_stack.runs(SECOND):
        running_stack.kill(SECOND)


@pytest.fixture
def second_port(stack: Stack, port_of_second: int) -> int:
    """The port of a second web process with the same database, which runs."""
    if not stack.runs(SECOND):
        stack.start_web(SECOND, port_of_second)
    return port_of_second


def test_complaint_6_several_web_processes(
    stack: Stack, person: Person, second_port: int, open_page: OpenPage
) -> None:
    """Chainlit/chainlit#2596, open-webui/open-webui#15162: post on one, watch and stop on the other."""
    stack.model.script(text("", chunks=WORDS), match="first process", tokens_per_second=300, hold_after=100)
    stack.model.script(text("To both."), match="second process")
    first = open_chat(open_page, person, "haiku", "first process", before=watch)
    second = watched_tab(first)
    second.goto(f"http://127.0.0.1:{second_port}{opened(first).get_absolute_url()}")
    for page in (first, second):
        expect(said(page)).to_have_text(FIRST_HUNDRED)
    stack.model.release()
    for page in (first, second):
        expect(said(page)).to_have_text(WHOLE)
        expect_turn(page, "done")
        assert_only_grew(seen(page))
    send(second, "second process")
    for page in (first, second):
        expect(own(page).last).to_contain_text("second process")
        expect(said(page)).to_have_text("To both.")
    stack.model.script(text("one two three"), match="stop it there", hold_after=2)
    send(first, "stop it there")
    expect(said(second)).to_have_text("one two")
    button(second, "Stop").click()
    expect_turn(first, "interrupted")


@pytest.mark.skipif(PROGRAM is None, reason="there is no nginx")
def test_complaint_6_behind_nginx(
    stack: Stack, person: Person, second_port: int, open_page: OpenPage, tmp_path: Path
) -> None:
    """open-webui/open-webui#8074: streaming with the README's configuration, while a process dies."""
    pauses = list(range(30, 151, 30))
    stack.model.script(text("", chunks=WORDS), match="through nginx", hold_after=pauses)
    with nginx(tmp_path, (stack.port, second_port)) as address:
        sockets: list[WebSocketRoute] = []
        page = open_page(person, "/?agent=haiku", before=lambda page: route_sockets(page, sockets))
        watch(page)
        page.goto(f"{address}/?agent=haiku")
        begin(page, "through nginx")
        # Token by token: nothing buffers the stream.
        for pause in pauses:
            expect(said(page)).to_have_text("".join(WORDS[:pause]).strip())
            if pause != pauses[-1]:
                stack.model.release()
        stack.kill(SECOND)
        sockets[-1].close(code=1012)
        stack.model.release()
        expect(said(page)).to_have_text(WHOLE)
        expect_turn(page, "done")
        assert_only_grew(seen(page))


def test_complaint_7_long_chats_do_not_crawl(stack: Stack, person: Person) -> None:
    """Chainlit/chainlit#2604, open-webui/open-webui#5032: less than one token per second after a long prompt.

    This only checks that the answer streams; ``make bench ARGS=long-prompt`` measures its pace. A chat of a thousand
    messages is in tests/browser/test_long_chats.py.
    """
    stack.model.script(text("Read."), match="long number", times=None)
    stack.model.script(text("", chunks=WORDS), match="and after all that", hold_after=[100, 200])
    task = person.begin("haiku", "x" * 99_000 + " long number 0")
    ended(last_turn(task))
    for number in range(1, 5):
        ended(person.send(task, f"{'x' * 99_000} long number {number}"))
    with person.socket(task) as socket:
        turn = person.send(task, "and after all that")
        for pause in (100, 200):
            socket.until_text(WORDS[pause - 1])
            assert WORDS[pause] not in socket.streamed()
            stack.model.release()
        socket.until_text(WORDS[-1])
    asked = stack.model.requests("and after all that")[0]["body"]["input"]
    assert sum(len(str(item)) for item in asked) > 5 * 99_000
    assert ended(turn).status == "done"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc to read sizes from")
def test_complaint_8_memory_does_not_grow(stack: Stack, person: Person) -> None:
    """open-webui/open-webui#8597: sockets that open and close during answers leak no memory and no files."""
    stack.model.script(text("", chunks=WORDS), match="come and go", hold_after=12, times=None)
    tasks = [person.begin("haiku", f"come and go {number}") for number in range(5)]
    sizes: list[int] = []
    files: list[int] = []

    def at_rest() -> bool:
        with ExitStack() as sockets:
            for number in range(50):
                socket = sockets.enter_context(person.socket(tasks[number % len(tasks)]))
                socket.until_text(WORDS[10])
        sizes.append(kilobytes(stack.pid("web")))
        files.append(open_files(stack.pid("web")))
        # The allocator grows during the first few hundred sockets; a leak per socket would be larger.
        return len(sizes) > 4 and sizes[-1] - sizes[-4] < 3 * 50 * 3

    until(at_rest, lambda: f"150 sockets to leave less than 3 kB each: {sizes}", seconds=2 * PATIENCE)
    # Each database thread opens three files on first use: the database, its log and its index.
    most = files[0] + 3 * THREADS
    until(lambda: open_files(stack.pid("web")) <= most, lambda: (files, open_files(stack.pid("web"))))
    stack.model.release()


def kilobytes(process: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found
    return int(found[1])


def open_files(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))
