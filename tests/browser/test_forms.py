"""The look and behaviour of a form in a browser."""

from datetime import date, timedelta
from typing import Literal

from django.utils import timezone
from playwright.sync_api import expect
from pydantic import BaseModel, Field

from agentex_web import adk
from agentex_web.tasks.models import Agent
from agentex_web.waits.models import Wait
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.people import Person
from tests.support.shots import shoot
from tests.support.waiting_rows import form_of, running_task


class Trip(BaseModel):
    """Tell us where to, and we ask for an offer."""

    place: str = Field(title="Where to?", min_length=2)
    day: date = Field(title="When?")
    people: int = Field(default=2, title="How many people?", ge=1, le=12)
    way: Literal["train", "ferry", "plane"] = Field(default="train", title="How?")
    extras: list[Literal["breakfast", "bicycle", "guide"]] = Field(default=[], title="What else?")
    insured: bool = Field(default=True, title="With insurance")
    wishes: str = Field(
        default="", title="Wishes", max_length=500, description="Whatever else matters to you."
    )
    ticket: adk.File | None = Field(default=None, title="An old ticket")


def test_a_form_is_filled_in_mistakes_are_named_and_what_is_written_stays(
    ada: Person, open_page: OpenPage
) -> None:
    task = running_task(ada.user, Agent.objects.get(pk="haiku"), "A trip")
    form = form_of(task, Trip, title="Your trip", skippable=True, deadline=timezone.now() + timedelta(days=3))
    page = open_page(ada, f"/tasks/{task.pk}/")
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    # A form that is taller than the window begins at its top. Esc does not give it up.
    expect(page.get_by_text("Tell us where to")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    # The field that the browser asks for is not under the bar.
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_label("Where to?")).to_be_focused()
    assert page.get_by_label("Where to?").bounding_box()["y"] > 56  # type: ignore[index]
    shoot(page, "form", whole=True)
    page.get_by_label("Where to?").fill("Oslo")
    page.get_by_label("ferry").check()
    page.reload()
    expect(page.get_by_label("Where to?")).to_have_value("Oslo")
    expect(page.get_by_label("ferry")).to_be_checked()
    page.get_by_label("When?").fill("2030-05-17")
    # What the browser would not send, the server refuses.
    page.evaluate("document.querySelector('.answer-form').noValidate = true")
    page.get_by_label("How many people?").fill("99")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("alert").filter(has_text="Check the fields below")).to_be_visible()
    shoot(page, "form-errors", whole=True)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert_accessible(page, "a form with mistakes")
    page.get_by_label("How many people?").fill("9")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Answered:")).to_be_visible()
    shoot(page, "form-answered")
    assert Wait.objects.get(pk=form.pk).decision["values"]["way"] == "ferry"
