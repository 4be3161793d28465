"""Opening code, pages, pictures and documents in the panel or lightbox; chains of steps folded to one line."""

from django.core.files.base import ContentFile
from playwright.sync_api import Locator, Page, expect

from agentex_web.tasks.models import Attachment
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.chat_page import turn, wait
from tests.support.chat_rows import Chat, called, returned, thought
from tests.support.chat_rows import said as answer
from tests.support.listener import Listener, listener  # noqa: F401  (a fixture)
from tests.support.people import Person
from tests.support.shots import NARROW, WIDE, shoot
from tests.web.test_attachments import PNG

PAGE = """```html
<!doctype html><title>A page</title>
<h1>Tides</h1><p id=out>not run</p>
<script>document.getElementById("out").textContent = "run by its own script"</script>
<img src="{address}/picture"><link rel=stylesheet href="{address}/style"><script src="{address}/script"></script>
<script>fetch("{address}/fetch").catch(() => {{}}); new Image().src = "{address}/image"</script>
```"""
LEAVES = """```html
<p>Leaves.</p><script>setTimeout(() => (location = "{address}/go"))</script>
```"""
TABLE = '''```csv
port,height
Brest,"6,9"
"Saint ""Malo""",12
```'''
LATER = """```csv
port,height
Cancale,13
```"""
DRAWING = """```svg
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="teal"/></svg>
```"""


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_a_page_runs_in_a_frame_that_reaches_nothing_and_cannot_be_led_elsewhere(
    person: Person,
    open_page: OpenPage,
    listener: Listener,  # noqa: F811
) -> None:
    chat = Chat(person, title="A page")
    chat.turn("Make a page about tides", answer(PAGE.format(address=f"http://{listener.address}")))
    chat.turn("And one that leaves", answer(LEAVES.format(address=f"http://{listener.address}")))
    page = open_page(person, chat.task.get_absolute_url(), faults=False)
    open_in_a_panel = page.get_by_role("button", name="Open in a panel")
    open_in_a_panel.first.click()
    frame = page.frame_locator(".viewer-page")
    expect(frame.get_by_role("heading", name="Tides")).to_be_visible()
    expect(frame.locator("#out")).to_have_text("run by its own script")
    panel(page).get_by_role("button", name="Code").click()
    expect(panel(page).locator("pre")).to_contain_text("<h1>Tides</h1>")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(open_in_a_panel.first).to_be_focused()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    open_in_a_panel.last.click()
    wait(page, lambda: any("frame-src" in each for each in refused), "the refusal of the frame's new address")
    assert not listener.heard


def test_tables_and_pictures_are_shown_as_what_they_are(person: Person, open_page: OpenPage) -> None:
    chat = Chat(person, title="Tables")
    chat.turn("A table", answer(TABLE))
    chat.turn("Another one", answer(LATER))
    chat.turn("A drawing", answer(DRAWING))
    page = open_page(person, chat.task.get_absolute_url())
    page.get_by_role("button", name="Open in a panel").nth(1).click()
    expect(panel(page).get_by_role("cell", name="Cancale")).to_be_visible()
    expect(panel(page).get_by_role("heading")).to_have_text("csv · 2 of 2")
    panel(page).get_by_role("button", name="Earlier").click()
    expect(panel(page).get_by_role("cell", name='Saint "Malo"')).to_be_visible()
    expect(panel(page).get_by_role("cell", name="6,9")).to_be_visible()
    shoot(page, "panel-table")
    page.get_by_role("button", name="Close the panel").click()
    page.get_by_role("button", name="Open in a panel").nth(2).click()
    expect(panel(page).get_by_role("img", name="Preview")).to_be_visible()


def test_a_chain_of_steps_is_one_line_that_opens_and_its_picture_is_not_folded_away(
    person: Person, open_page: OpenPage
) -> None:
    chat = Chat(person, title="Steps")
    row = Attachment(owner=person.user, name="chart.png", content_type="image/png", size=len(PNG))
    row.file.save("chart.png", ContentFile(PNG))
    chat.turn(
        "Draw it",
        thought("A chart."),
        called("read_figures", "{}", "call_1"),
        returned("read_figures", "1, 2", "call_1"),
        called("draw", "{}", "call_2"),
        returned("draw", "", "call_2", data={"images": [str(row.pk)]}),
        answer("There."),
    )
    steps = [thought("What is known of the weather?")]
    for number, city in enumerate(("Oslo", "Rome", "Lima")):
        steps += [
            called("get_weather", f'{{"city": "{city}"}}', f"call_{number}"),
            returned("get_weather", "Mild.", f"call_{number}"),
        ]
    chat.turn("Compare three cities", *steps, answer("All mild."))
    page = open_page(person, chat.task.get_absolute_url())
    line = turn(page).get_by_role("button", name="Thought, used get_weather 3 times")
    card = turn(page).locator('[data-kind="tool_request"]').first
    expect(line).to_be_visible()
    expect(card).to_be_hidden()
    shoot(page, "steps-folded")
    # When something was said is shown on hover.
    times = turn(page).locator("time.when")
    expect(times).to_have_count(2)
    expect(times.last).to_have_css("opacity", "0")
    turn(page).hover()
    expect(times.last).to_have_css("opacity", "1")
    line.click()
    expect(card).to_be_visible()
    expect(line).to_have_attribute("aria-expanded", "true")
    line.click()
    expect(card).to_be_hidden()
    drawn = page.locator("[data-turn-id]").first
    expect(drawn.get_by_role("button", name="Thought, used read_figures")).to_be_visible()
    expect(drawn.get_by_role("img", name="Picture 1 of draw")).to_be_visible()


def test_the_files_of_a_chat_are_listed_beside_it_and_open_as_the_model_reads_them(
    person: Person, open_page: OpenPage
) -> None:
    chat = Chat(person, title="Papers")
    rows = []
    for name, kind, body in (
        ("tides.txt", "text/plain", b"Seven kinds."),
        ("tides.pdf", "application/pdf", b"%PDF-1.4"),
        ("dot.png", "image/png", PNG),
    ):
        words = "" if kind == "image/png" else body.decode()
        row = Attachment(owner=person.user, name=name, content_type=kind, size=len(body), text=words)
        row.file.save(name, ContentFile(body))
        rows.append({"id": str(row.pk), "name": name, "content_type": kind, "size": len(body)})
    asked = chat.turn("Read these", answer("Done.\n\n" + "More.\n\n" * 40), data={"attachments": rows})
    Attachment.objects.filter(pk__in=[each["id"] for each in rows]).update(message_id=asked.pk)
    page = open_page(person, chat.task.get_absolute_url())
    # Headless Chromium has no PDF viewer.
    page.evaluate("Object.defineProperty(navigator, 'pdfViewerEnabled', { value: true })")
    page.locator("#topbar-menu").click()
    page.get_by_role("menuitem", name="Files").click()
    files = page.get_by_role("dialog", name="Files of this chat")
    expect(files.get_by_role("listitem")).to_have_count(3)
    shoot(page, "chat-files")
    assert_accessible(page, "chat-files")
    # On a phone, a document in the chat opens as the model reads it.
    page.set_viewport_size(NARROW)
    page.keyboard.press("Escape")
    expect(files).to_be_hidden()
    page.locator(f"#message-{asked.pk}").get_by_role("link", name="tides.txt").click()
    expect(panel(page).locator("pre")).to_have_text("Seven kinds.")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    page.set_viewport_size(WIDE)
    page.locator("#topbar-menu").click()
    page.get_by_role("menuitem", name="Files").click()
    files.get_by_role("link", name="tides.pdf", exact=True).click()
    frame = panel(page).get_by_title("Pages")
    expect(frame).to_have_attribute("src", f"/attachments/{rows[1]['id']}/pages/#navpanes=0&view=FitH")
    page.get_by_role("button", name="Text", exact=True).click()
    expect(panel(page).locator("pre")).to_have_text("%PDF-1.4")
    page.get_by_role("button", name="All files").click()
    files.get_by_role("link", name="dot.png", exact=True).click()
    picture = page.get_by_role("dialog", name="Picture")
    expect(picture.get_by_role("img")).to_be_visible()
    picture.get_by_role("button", name="Close").click()
    files.get_by_role("link", name="Go to the message with dot.png").click()
    expect(page.locator(f"#message-{asked.pk}")).to_be_in_viewport()
    page.get_by_role("button", name="Close the panel").click()
    expect(page.locator("#topbar-menu")).to_be_focused()
