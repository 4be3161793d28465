"""Files for a message in a real browser: picked, pasted, dropped; shown, kept over a reload, sent."""

import base64

from playwright.sync_api import Locator, Page, expect

from agentex_web.tasks.models import Attachment
from tests.browser import OpenPage
from tests.chat_page import box, button, opened, said, send
from tests.model_server import text
from tests.people import Person
from tests.stack import Stack
from tests.test_attachments import PNG

PASTE = """(box, image) => {
  const bytes = Uint8Array.from(atob(image), (each) => each.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "dot.png", { type: "image/png" }));
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
# What a browser tells of a file that is dragged from another program over the page, and let go there.
DRAG = """(box, [types, image]) => {
  const bytes = Uint8Array.from(atob(image), (each) => each.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
  return types.map((type) =>
    box.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })));
}"""
NOTES = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Tides turn twice."}


def chips(page: Page) -> Locator:
    """The files to send."""
    return page.get_by_role("list", name="Files to send").get_by_role("listitem")


def uploaded(page: Page) -> Locator:
    return chips(page).locator('input[name="attachments"]')


def test_files_are_picked_and_pasted_shown_and_sent(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Two files."), match="what is in them")
    page = open_page(person, "/?agent=haiku")
    page.locator("#file-input").set_input_files(
        [
            NOTES,
            {"name": "tool.bin", "mimeType": "text/plain", "buffer": b"\x00\x01\x02\xff"},
        ]
    )
    expect(page.get_by_role("alert")).to_contain_text("neither text nor a PDF nor an image")
    expect(chips(page)).to_have_count(1)
    box(page).evaluate(PASTE, base64.b64encode(PNG).decode())
    expect(uploaded(page)).to_have_count(2)
    page.locator("#file-input").set_input_files(
        {"name": "not this.txt", "mimeType": "text/plain", "buffer": b"no"}
    )
    button(page, "Remove not this.txt").press("Enter")
    expect(chips(page)).to_have_count(2)
    send(page, "what is in them")
    opened(page)
    expect(said(page)).to_have_text("Two files.")
    sent = page.get_by_role("list", name="Attached files")
    expect(sent.get_by_role("link", name="notes.txt")).to_be_visible()
    expect(sent.get_by_role("img", name="dot.png")).to_have_js_property("naturalWidth", 1)
    page.reload()
    expect(sent.get_by_role("listitem")).to_have_count(2)


def test_a_file_is_dropped_anywhere_on_the_page(stack: Stack, person: Person, open_page: OpenPage) -> None:
    stack.model.script(text("A dot."), match="what was dropped")
    page = open_page(person, "/?agent=haiku")
    image = base64.b64encode(PNG).decode()
    heading = page.get_by_role("heading", level=1)
    # Not taken over means that the browser would leave the page to open the file.
    assert heading.evaluate(DRAG, [["dragenter", "dragover"], image]) == [True, False]
    expect(page.locator("#composer")).to_have_css("border-style", "dashed")
    heading.evaluate(DRAG, [["dragleave"], image])
    expect(page.locator("#composer")).to_have_css("border-style", "solid")
    assert heading.evaluate(DRAG, [["dragover", "drop"], image]) == [False, False]
    expect(page.locator("#composer")).to_have_css("border-style", "solid")
    expect(chips(page)).to_contain_text("dropped.png")
    expect(uploaded(page)).to_have_count(1)
    send(page, "what was dropped")
    opened(page)
    expect(said(page)).to_have_text("A dot.")
    expect(page.get_by_role("img", name="dropped.png")).to_be_visible()


def test_unsent_files_survive_a_reload_with_what_was_typed(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Read."), match="read this later")
    page = open_page(person, "/?agent=haiku")
    picker = page.locator("#file-input")
    for name in ("a.txt", "b.txt", "c.txt"):
        picker.set_input_files({**NOTES, "name": name})
        expect(chips(page).filter(has_text=name).locator("input")).to_have_count(1)
    box(page).fill("read this later")
    button(page, "Remove b.txt").click()
    # The server forgets what nobody sends for a day.
    Attachment.objects.filter(owner=person.user, name="c.txt").delete()
    page.reload()
    expect(box(page)).to_have_value("read this later")
    expect(chips(page)).to_have_count(1)
    expect(chips(page)).to_contain_text("a.txt 1 KB")
    box(page).press("Enter")
    opened(page)
    expect(said(page)).to_have_text("Read.")
    expect(page.get_by_role("list", name="Attached files").get_by_role("listitem")).to_have_count(1)
    page.goto(person.url + "/?agent=haiku")
    expect(chips(page)).to_have_count(0)


def test_each_file_that_is_refused_is_named(stack: Stack, person: Person, open_page: OpenPage) -> None:
    page = open_page(person, "/?agent=haiku")
    program = {"mimeType": "application/octet-stream", "buffer": b"MZ\x00\x01"}
    files = [{"name": "one.exe", **program}, {"name": "two.exe", **program}, NOTES]
    page.locator("#file-input").set_input_files(files)
    expect(uploaded(page)).to_have_count(1)
    for name in ("one.exe", "two.exe"):
        expect(page.locator("#form-error")).to_contain_text(name)
