"""Names and titles with markup: the page of a shared link does not render it.

test_walk.py looks at the pages of the owner and of an administrator.
"""

from django.contrib.auth.models import User

from tests.support.accounts import fresh_counts, kept_record
from tests.support.hostile_names import MARK, make_hostile, rendered
from tests.support.own_chats import client_of
from tests.support.walking import World

__all__ = ["fresh_counts", "kept_record"]


def test_a_shared_chat_takes_no_name_for_markup(kept_record: None) -> None:
    world = World()
    make_hostile(world)
    reader = world.people["stranger"]
    assert isinstance(reader, User)
    page = client_of(reader).get(f"/share/{world.share.token}/").text
    assert MARK in page and not rendered(page)
