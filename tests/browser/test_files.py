"""Files for a message in a real browser: picked, pasted or dropped, shown, kept after a reload, and sent."""

import base64

from django.template.defaultfilters import filesizeformat
from playwright.sync_api import Locator, Page, expect

from agentex_web.tasks.models import Attachment
from tests.support.browser import OpenPage
from tests.support.chat_page import box, button, opened, said, send, wait
from tests.support.model_server import http_error, text
from tests.support.people import Person
from tests.support.stack import Stack
from tests.web.test_attachments import PNG

PASTE = """(box, image) => {
  const bytes = Uint8Array.from(atob(image), (each) => each.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "dot.png", { type: "image/png" }));
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
# The events of a file that is dragged from another program and dropped on the page.
DRAG = """(box, [types, image]) => {
  const bytes = Uint8Array.from(atob(image), (each) => each.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
  return types.map((type) =>
    box.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })));
}"""
# Tracks the object URLs in use.
WATCH_ADDRESSES = """() => {
  window.addresses = new Set();
  const [make, revoke] = [URL.createObjectURL, URL.revokeObjectURL];
  URL.createObjectURL = (file) => {
    const address = make.call(URL, file);
    window.addresses.add(address);
    return address;
  };
  URL.revokeObjectURL = (address) => {
    window.addresses.delete(address);
    revoke.call(URL, address);
  };
}"""
NOTES = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Tides turn twice."}


def chips(page: Page) -> Locator:
    """The chips of the files to send."""
    return page.get_by_role("list", name="Files to send").get_by_role("listitem")


def uploaded(page: Page) -> Locator:
    return chips(page).locator('input[name="attachments"]')


def test_files_are_picked_pasted_and_dropped_shown_and_sent(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Three files."), match="what is in them")
    page = open_page(person, "/?agent=haiku")
    page.locator("#file-input").set_input_files(
        [
            NOTES,
            {"name": "tool.bin", "mimeType": "text/plain", "buffer": b"\x00\x01\x02\xff"},
        ]
    )
    expect(page.get_by_role("alert")).to_contain_text("This kind of file cannot be read")
    expect(chips(page)).to_have_count(1)
    image = base64.b64encode(PNG).decode()
    box(page).evaluate(PASTE, image)
    expect(uploaded(page)).to_have_count(2)
    drop(page, image)
    expect(chips(page).last).to_contain_text("dropped.png")
    expect(uploaded(page)).to_have_count(3)
    page.locator("#file-input").set_input_files(
        {"name": "not this.txt", "mimeType": "text/plain", "buffer": b"no"}
    )
    button(page, "Remove not this.txt").press("Enter")
    expect(chips(page)).to_have_count(3)
    # The sizes of other files are in tests/js/sizes.json.
    expect(chips(page).first.locator(".file-size")).to_have_text("17\xa0bytes")
    send(page, "what is in them")
    opened(page)
    expect(said(page)).to_have_text("Three files.")
    sent = page.get_by_role("list", name="Attached files")
    expect(sent.get_by_role("link", name="notes.txt")).to_be_visible()
    expect(sent.locator(".file-size").first).to_have_text("17\xa0bytes")
    expect(sent.get_by_role("img", name="dot.png")).to_have_js_property("naturalWidth", 1)
    expect(sent.get_by_role("img", name="dropped.png")).to_be_visible()
    page.reload()
    expect(sent.get_by_role("listitem")).to_have_count(3)


def drop(page: Page, image: str) -> None:
    """Drops an image on the page's heading."""
    heading = page.get_by_role("heading", level=1)
    # If dragover were not cancelled, the browser would leave the page to open the file.
    assert heading.evaluate(DRAG, [["dragenter", "dragover"], image]) == [True, False]
    expect(page.locator("#composer")).to_have_css("border-style", "dashed")
    heading.evaluate(DRAG, [["dragleave"], image])
    expect(page.locator("#composer")).to_have_css("border-style", "solid")
    assert heading.evaluate(DRAG, [["dragover", "drop"], image]) == [False, False]
    expect(page.locator("#composer")).to_have_css("border-style", "solid")


def test_unsent_files_survive_a_reload_with_what_was_typed(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(text("Read."), match="read this later")
    page = open_page(person, "/?agent=haiku")
    page.evaluate(WATCH_ADDRESSES)
    picker = page.locator("#file-input")
    for name in ("a.txt", "b.txt", "c.txt"):
        picker.set_input_files({**NOTES, "name": name})
        expect(chips(page).filter(has_text=name).locator("input")).to_have_count(1)
    image = {"mimeType": "image/png", "buffer": PNG}
    picker.set_input_files([{"name": "dot.png", **image}, {"name": "none.png", **image, "buffer": b"words"}])
    expect(uploaded(page)).to_have_count(5)
    # An image is seen before it is sent.
    dot, none = (chips(page).filter(has_text=name) for name in ("dot.png", "none.png"))
    expect(dot.locator("img")).to_have_js_property("naturalWidth", 1)
    expect(none.locator("img")).to_have_count(0)
    wait(page, lambda: page.evaluate("window.addresses.size") == 0, "the addresses to be given back")
    box(page).fill("read this later")
    button(page, "Remove b.txt").click()
    # The server deletes files that nobody sends within a day.
    Attachment.objects.filter(owner=person.user, name="c.txt").delete()
    page.reload()
    expect(box(page)).to_have_value("read this later")
    expect(chips(page)).to_have_count(3)
    expect(chips(page).first).to_contain_text(f"a.txt {filesizeformat(len(NOTES['buffer']))}")
    expect(dot.locator("img")).to_have_js_property("naturalWidth", 1)
    expect(none).to_have_count(1)
    expect(none.locator("img")).to_have_count(0)
    box(page).press("Enter")
    opened(page)
    expect(said(page)).to_have_text("Read.")
    expect(page.get_by_role("list", name="Attached files").get_by_role("listitem")).to_have_count(3)
    page.goto(person.url + "/?agent=haiku")
    expect(chips(page)).to_have_count(0)


def test_refusals_name_each_file_and_have_one_gap_whoever_refused(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    page = open_page(person, "/?agent=haiku")
    program = {"mimeType": "application/octet-stream", "buffer": b"MZ\x00\x01"}
    picker = page.locator("#file-input")
    picker.set_input_files([{"name": "one.exe", **program}, {"name": "two.exe", **program}, NOTES])
    expect(uploaded(page)).to_have_count(1)
    for name in ("one.exe", "two.exe"):
        expect(page.locator("#form-error")).to_contain_text(name)
    gaps = []
    picker.evaluate("each => { each.dataset.maxBytes = 10; }")
    for buffer in (b"MZ\x00\x01", b"far too much of it"):
        picker.set_input_files(
            {"name": "refused.exe", "mimeType": "application/octet-stream", "buffer": buffer}
        )
        note = page.locator("[data-form-error]")
        expect(note).to_contain_text("refused.exe")
        above, below = note.bounding_box(), page.locator("#composer").bounding_box()
        assert above and below
        gaps.append(below["y"] - above["y"] - above["height"])
    assert gaps[0] == gaps[1] > 4


def test_a_message_is_edited_and_sent_again_without_one_of_its_files(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script(match="what does it say", fault=http_error(400, message="Invalid file."))
    stack.model.script(text("Only notes."), match="what do the notes say")
    page = open_page(person, "/?agent=haiku")
    page.locator("#file-input").set_input_files([NOTES, {**NOTES, "name": "bad.txt"}])
    expect(uploaded(page)).to_have_count(2)
    send(page, "what does it say")
    opened(page)
    expect(
        page.get_by_text("The model refused this message, so later answers do not include it.")
    ).to_be_visible()
    button(page, "Edit and send again").click()
    files = page.locator("form.editor").get_by_role("listitem")
    expect(files).to_have_text(["notes.txt", "bad.txt"])
    button(page, "Send without bad.txt").click()
    expect(files).to_have_text(["notes.txt"])
    editor = page.get_by_role("textbox", name="Edit your message")
    expect(editor).to_be_focused()
    editor.fill("what do the notes say")
    editor.press("Enter")
    expect(said(page)).to_have_text("Only notes.")
    sent = page.get_by_role("list", name="Attached files").get_by_role("listitem")
    expect(sent).to_have_count(1)
    expect(sent).to_contain_text("notes.txt")
