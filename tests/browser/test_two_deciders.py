"""An approval is decided only once."""

from playwright.sync_api import Route, expect

from agentex_web.waits.models import Decision, Wait
from tests.support.browser import OpenPage
from tests.support.chat_page import button, open_chat, wait
from tests.support.model_server import function_call, step, text
from tests.support.people import Person
from tests.support.stack import Stack

CALL = function_call("delete_file", {"name": "a.txt"}, "call_delete")


def test_of_two_tabs_that_decide_at_once_one_is_told(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    stack.model.script_steps(step(CALL), step(text("It is gone.")), match="delete in two tabs")
    first = open_chat(open_page, person, "careful", "delete in two tabs", faults=False)
    expect(button(first, "Approve")).to_be_visible()
    second = open_page(person, first.url.split(stack.url)[1], faults=False)
    expect(button(second, "Reject")).to_be_visible()
    # Both decisions are on their way before either arrives, so neither tab knows of the other's.
    held: list[Route] = []
    for sent, (tab, verdict) in enumerate(((first, "Approve"), (second, "Reject")), 1):
        tab.route("**/approvals/*/", lambda route: held.append(route))
        button(tab, verdict).click()
        wait(tab, lambda: len(held) == sent, "the decision to be sent")  # noqa: B023  (waited for at once)
    held[0].continue_()
    for tab in (first, second):
        expect(tab.locator('article[data-kind="approval"][data-status="done"]')).to_be_visible()
    # The second one's card has already been replaced when the refusal arrives.
    held[1].continue_()
    expect(second.get_by_role("alert")).to_contain_text("This was already decided by")
    expect(first.get_by_text("This was already decided by")).to_have_count(0)
    asked = Wait.objects.get(task__owner=person.user)
    assert asked.decision == {"verdict": "approve"}
    assert Decision.objects.filter(wait=asked).count() == 1
    expect(first.get_by_text("It is gone.", exact=True)).to_be_visible()
