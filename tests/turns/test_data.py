"""Data from an agent is shown as a fold with a tree."""

from tests.support.people import Person, last_turn
from tests.support.shown import assert_the_same_after_a_reload
from tests.support.stack import Stack
from tests.support.turn_watching import watched


def test_data_is_shown_in_a_fold(stack: Stack, person: Person) -> None:
    task, socket = watched(person, "charts", "show the days")
    row = last_turn(task).messages.get(author="agent")
    assert (row.html, row.data["data"]["days"][1]) == ("", {"day": 2, "high": 19})
    page = assert_the_same_after_a_reload(person, task, socket)
    assert '<details class="fold" data-fold="data">' in page and "data-json" in page
