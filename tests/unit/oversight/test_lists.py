"""The lists of the admin: filters, turns and files."""

import re
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client, RequestFactory

from agentex_web.tasks.models import Attachment
from tests.support.own_chats import a_chat, an_agent, somebody
from tests.unit.oversight.conftest import Chats

pytestmark = pytest.mark.django_db


def filter_of(page: str, title: str) -> dict[str, str]:
    """The links of a filter: their addresses by their words."""
    part = page.partition(f'aria-label="By {title}"')[2].partition("</ul>")[0]
    return {
        unescape(words): unescape(link) for link, words in re.findall(r'href="([^"]*)"[^>]*>([^<]*)<', part)
    }


def test_tasks_are_filtered_by_their_agent(chats: Chats, admin_of: Client) -> None:
    a_chat(somebody(), agent=an_agent("Diver"))
    task = chats.add()
    found = admin_of.get("/admin/tasks/task/", {"q": task.owner.get_username()}).text
    assert filter_of(found, "status")
    mine = admin_of.get(f"/admin/tasks/task/{filter_of(found, 'agent')[task.agent.title]}")
    assert mine.context["cl"].result_count == 1


def test_turns_are_listed_as_people_read_them(chats: Chats, admin_of: Client) -> None:
    chats.add("How deep is the sea?")
    chats.add("Or a ladder in Oslo?", "failed", usage={"input": 1234, "output": 56})
    page = admin_of.get("/admin/tasks/turn/").text
    row = next(each for each in page.split("<tr") if "Or a ladder in Oslo?" in each)
    assert "1,234 in, 56 out" in row and 'field-took">3.0 s<' in row
    statuses = filter_of(page, "status")
    words = ["All", "Pending", "Queued", "Running", "Done", "Interrupted", "Failed", "Withdrawn"]
    assert list(statuses) == words
    failed = admin_of.get(f"/admin/tasks/turn/{statuses['Failed']}").text
    assert "Or a ladder in Oslo?" in failed and "How deep is the sea?" not in failed


def test_a_file_is_told_of_and_its_address_not(chats: Chats, admin_of: Client) -> None:
    turn = chats.add().turns.get()
    body = "<b>so</b> " + "x" * 3_000
    file = Attachment.objects.create(
        owner=turn.task.owner,
        message=turn.messages.get(pk=turn.pk),
        name="notes.txt",
        content_type="text/plain",
        size=len(body),
        file="attachments/notes",
        text=body,
    )
    listed = admin_of.get("/admin/tasks/attachment/").text
    assert "2.9\xa0KB" in listed and ">notes.txt</a>" in listed
    page = admin_of.get(f"/admin/tasks/attachment/{file.pk}/change/").text
    form = page.partition('id="attachment_form"')[2].partition("</form>")[0]
    for words in ("notes.txt", "2.9\xa0KB", file.owner.get_username()):
        assert words in form, words
    preview = re.search(r'field-preview.*?<div class="readonly">(.*?)</div>', form, re.DOTALL)
    assert preview and unescape(preview[1]) == body[:2_000] + "…"
    owner, message, chat, *others = re.findall(r'<a [^>]*href="([^"]*)"', form)
    assert owner == f"/admin/auth/user/{file.owner_id}/change/"
    assert (message, chat) == (f"/admin/tasks/message/{turn.pk}/change/", turn.task.get_absolute_url())
    assert not [each for each in others if each.startswith("/attachments/")]


HARMLESS = {"id", "created_at", "updated_at", "task", "schedule", "message", "size", "file", "encoding", "note"} | {
    # Of Django's log, whose page shows these in words; of other services' accounts.
    "object_id", "object_repr", "action_flag", "change_message", "last_login", "date_joined",
}  # fmt: skip


def test_what_a_page_does_not_show_is_not_found_by_a_filter_in_its_address(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = somebody(is_staff=True)
    every = Permission.objects.filter(codename__startswith="view_")
    request.user.user_permissions.set(every.exclude(content_type__app_label="tasks", codename="view_message"))
    pages = [page for page in admin.site._registry.values() if page.has_view_permission(request)]
    assert len(pages) > 15
    for page in pages:
        shown = {*page.get_list_display(request), *page.get_fields(request, page.model())}
        hidden = {field.name for field in page.model._meta.concrete_fields} - shown - HARMLESS
        assert not {name for name in hidden if page.lookup_allowed(f"{name}__startswith", "a", request)}, page


def test_a_page_leads_back_to_the_overview_and_has_its_sidebar_before_it_is_drawn(admin_of: Client) -> None:
    for address in ("/admin/auth/group/add/", "/admin/auth/user/add/"):
        page = admin_of.get(address).text
        trail = page.partition('class="breadcrumbs"')[2].partition("</div>")[0]
        assert ">Overview</a>" in trail and "Home" not in trail and "Add " in trail
        # A deferred script would move the page to the side after it has been drawn.
        assert re.search(r'<script src="[^"]*oversight/sidebar[^"]*\.js"></script>\s*<nav', page)
