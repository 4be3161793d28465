"""First impressions: the start page is complete."""

from tests.support.browser import OpenPage
from tests.support.environment import AGENTS
from tests.support.people import Person
from tests.support.shots import HIDE, NARROW
from tests.support.stack import Stack


def test_the_start_page_shows_its_agents_and_starters_at_once(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    page = open_page(person, "/?agent=haiku")
    # Hide the tests' own agents, which are not part of the product.
    page.evaluate(HIDE, [path.stem for path in AGENTS.glob("*.py")])
    assert page.locator(".agent-card").count() == len(list(AGENTS.glob("*.py")))
    for size in ({"width": 1280, "height": 800}, NARROW):
        page.set_viewport_size(size)
        composer = page.locator("#composer").bounding_box()
        assert composer
        for name in ("Haiku", "Weather"):
            place = page.locator(".agent-card").filter(has_text=name).first.bounding_box()
            assert place and place["y"] + place["height"] < composer["y"], (size, name)
