"""Long chats and answers are complete, layout shifts are small, and finished text is not rendered again.

``make bench ARGS=browser`` measures their speed.
"""

from functools import partial

from playwright.sync_api import Page, Route, expect

from agentex_web.tasks.models import Message
from tests.support.browser import OpenPage
from tests.support.chat_page import box, expect_turn, messages, said, send, wait
from tests.support.long_chat import OBSERVE, layout_shift, long_chat, tokens
from tests.support.model_server import text
from tests.support.people import Person
from tests.support.stack import Stack
from tests.support.waiting import until

# Marks the finished blocks. Returns how many elements are marked, and how many of them are still in place.
MARK = """() => {
  const [prose] = document.querySelectorAll('[data-kind=text][data-author=agent] .prose');
  window.marked ??= new Set();
  for (const block of [...prose.children].slice(0, -1)) window.marked.add(block);
  return [window.marked.size, [...window.marked].filter((each) => each.parentNode === prose).length];
}"""


def test_a_chat_of_a_thousand_messages_opens_whole_and_takes_keys_while_it_streams(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    task = long_chat(person)
    page = open_page(person, task.get_absolute_url(), before=lambda page: page.add_init_script(OBSERVE))
    expect(page.locator("article")).to_have_count(1000)
    assert layout_shift(page) < 0.05

    words = [f"word{number} " for number in range(400)]
    stack.model.script(text("", chunks=words), match="while it streams", hold_after=[200, 399])
    send(page, "while it streams")
    expect(said(page)).to_contain_text("word199")
    stack.model.release()
    box(page).press_sequentially("these are keys while an answer comes")
    expect(said(page)).to_contain_text("word398")
    expect(messages(page).last).to_have_attribute("data-status", "streaming")
    expect(box(page)).to_have_value("these are keys while an answer comes")
    stack.model.release()
    expect_turn(page, "done")


def test_a_reader_begins_at_an_earlier_turn_and_one_who_sends_stays_at_the_end(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    task = long_chat(person, turns=60)
    asked = Message.objects.get(turn__task=task, content="Question 3").pk
    stack.model.script(text("A new answer."), match="while they load")
    held: list[Route] = []
    page = open_page(
        person,
        f"{task.get_absolute_url()}#message-{asked}",
        before=lambda page: page.route("**/conversation/?before=*", lambda route: held.append(route)),
    )
    send(page, "while they load")
    expect_turn(page, "done")
    wait(page, lambda: bool(held), "the request")
    held[0].continue_()
    expect(page.locator(f"#message-{asked}")).to_be_attached()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(page.get_by_text("A new answer.", exact=True)).to_be_in_viewport()
    # On another visit, a reader begins at the earlier turn once it has arrived, and later where they were.
    page.unroute("**/conversation/?before=*")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator(f"#message-{asked}")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    page.reload()
    expect(page.get_by_text("Question 0", exact=True)).to_be_in_viewport()


def test_what_is_written_of_a_long_answer_is_not_rendered_again(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    """This keeps the last tokens as cheap as the first."""
    pauses = [300, 600, 900, 1_200]
    chunks = list(tokens(1_200))
    stack.model.script(text("", chunks=chunks), match="how long", hold_after=pauses)
    page = open_page(person, "/?agent=haiku", before=lambda page: page.add_init_script(OBSERVE))
    send(page, "how long")
    page.wait_for_url("**/tasks/**")
    marked = [0]
    for pause in pauses:
        shows(page, sum(map(len, chunks[:pause])))
        # The text is there before all of it is shown.
        found, still = until(partial(marks_more_than, page, marked[-1]))
        assert found == still
        marked.append(found)
        stack.model.release()
    expect_turn(page, "done")
    assert page.evaluate(MARK)[1] >= marked[-1]
    assert layout_shift(page) < 0.05, page.evaluate("window.shifts")


def marks_more_than(page: Page, before: int) -> tuple[int, int] | None:
    found, still = page.evaluate(MARK)
    return (found, still) if found > before else None


def shows(page: Page, length: int) -> None:
    """Waits until the page has received this many characters of the answer."""
    page.wait_for_function(
        "length => Number(document.querySelector('[data-kind=text][data-author=agent]')?.dataset.length) >= length",
        arg=length,
    )
