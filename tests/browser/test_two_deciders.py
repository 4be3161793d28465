"""An approval is decided only once."""

from playwright.sync_api import expect

from agentex_web.waits.models import Wait
from tests.support.browser import OpenPage
from tests.support.chat_page import button, open_chat
from tests.support.model_server import function_call, step, text
from tests.support.people import Person
from tests.support.stack import Stack

CALL = function_call("delete_file", {"name": "a.txt"}, "call_delete")


def test_of_two_tabs_one_decides_and_the_other_is_told(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script_steps(step(CALL), step(text("It is gone.")), match="delete in two tabs")
    first = open_chat(open_page, person, "careful", "delete in two tabs")
    expect(button(first, "Approve")).to_be_visible()
    second = open_page(person, first.url.split(stack.url)[1], faults=False)
    expect(button(second, "Approve")).to_be_visible()
    # Keep the other tab from learning of the decision before it decides itself.
    second.evaluate("document.querySelector('article[data-kind=approval]').dataset.messageId = 'none'")
    button(first, "Approve").click()
    expect(first.locator('article[data-kind="approval"][data-status="done"]')).to_be_visible()
    button(second, "Reject").click()
    expect(second.get_by_role("alert")).to_contain_text("already decided by")
    (wait,) = Wait.objects.filter(task__owner=person.user)
    assert wait.decision == {"verdict": "approve"}
    expect(first.get_by_text("It is gone.", exact=True)).to_be_visible()
