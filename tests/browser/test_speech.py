"""Dictation and reading aloud, with a faked speech API."""

from playwright.sync_api import expect

from tests.support.browser import OpenPage
from tests.support.chat_page import box, button, turn, wait
from tests.support.chat_rows import Chat, said
from tests.support.people import Person
from tests.support.stack import Stack

VOICE = """
window.spoken = [];
Object.defineProperty(window, "speechSynthesis", { value: {
  speak: (utterance) => window.spoken.push(utterance.text),
  cancel: () => {},
}});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
window.SpeechRecognition = class {
  start() { window.heard = (text) => this.onresult({ results: [[{ transcript: text }]] }); }
  stop() { this.onend(); }
};
"""


def test_words_are_heard_into_the_box_and_answers_are_read(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    chat = Chat(person)
    chat.turn("Tell me", said("The tide is high. It turns at nine.\n\n```py\nx = 1\n```"))
    page = open_page(person, chat.task.get_absolute_url(), before=lambda page: page.add_init_script(VOICE))
    box(page).fill("Dear agent,")
    button(page, "Dictate").click()
    expect(button(page, "Dictate")).to_have_attribute("aria-pressed", "true")
    page.evaluate("heard('how is the tide')")
    expect(box(page)).to_have_value("Dear agent, how is the tide")
    button(page, "Dictate").click()
    expect(button(page, "Dictate")).to_have_attribute("aria-pressed", "false")
    turn(page).hover()
    button(page, "Read aloud").click()
    # Code is not read aloud.
    wait(
        page,
        lambda: page.evaluate("spoken") == ["The tide is high.", "It turns at nine."],
        "the sentences of the answer",
    )
    button(page, "Read aloud").click()
    expect(button(page, "Read aloud")).to_have_attribute("aria-pressed", "false")
