"""What agents remember about a person: which chats get it, the limits, and the person's page."""

import uuid
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.utils.html import strip_tags

from agentex_web.accounts.own_data import _account
from agentex_web.delivery.messages import event_of, memory_given
from agentex_web.journal.branches import sibling
from agentex_web.journal.sent import follow_up, new_task
from agentex_web.memories import keeping
from agentex_web.memories.models import Memory
from agentex_web.preferences.models import Preferences
from agentex_web.remembered import LONGEST, MOST, NotKept
from agentex_web.rendering.markdown import to_html
from agentex_web.sharing import links
from agentex_web.tasks.models import Agent, Message, Task, Turn
from agentex_web.turns.event import Choices
from agentex_web.turns.memory_notes import PAGE, note_of
from agentex_web.turns.memory_payloads import Forget, Remember
from agentex_web.worker.activities.memories import _forget, _remember
from tests.support.own_chats import a_chat, an_agent, client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)


def with_memory() -> User:
    ada = somebody()
    Preferences.objects.create(user=ada, memory=True)
    return ada


def desk() -> Agent:
    return an_agent("Desk", declared={"memory": True})


def begun(owner: User, agent: Agent, *, is_temporary: bool = False) -> Turn:
    return new_task(owner, agent, uuid.uuid4(), "Hello", is_temporary=is_temporary).result.turn


def choices_of(turn: Turn) -> Choices | None:
    turn = Turn.objects.select_related("task__agent", "task__owner").get(pk=turn.pk)
    return event_of(turn, turn.messages.get(pk=turn.pk), memory_given(turn)).event.choices


def texts(person: User) -> list[str]:
    return list(Memory.objects.filter(person=person).values_list("text", flat=True))


def test_a_message_carries_what_is_remembered_then_and_the_turn_keeps_no_copy() -> None:
    ada = with_memory()
    row = keeping.keep(ada.pk, "Likes tea.")
    turn = begun(ada, desk())
    assert choices_of(turn) == Choices(memory=f"{row.pk}: Likes tea.")
    assert turn.choices == {"memory": True} and turn.instructions == ""
    keeping.drop_all(ada.pk)
    assert choices_of(turn) == Choices(memory="")
    task = Task.objects.select_related("agent", "head", "owner").get(pk=turn.task_id)
    assert choices_of(follow_up(task, uuid.uuid4(), "More").result.turn) == Choices(memory="")
    assert choices_of(sibling(turn, None, None).result.turn) == Choices(memory="")


def test_others_get_nothing() -> None:
    ada, off, agent = with_memory(), somebody(), desk()
    keeping.keep(ada.pk, "Likes tea.")
    assert choices_of(begun(off, agent)) is None
    assert choices_of(begun(ada, agent, is_temporary=True)) is None
    assert choices_of(begun(ada, an_agent())) is None
    turn = begun(ada, agent)
    Preferences.objects.update(memory=False)
    assert choices_of(turn) is None


def test_an_agent_writes_only_where_the_person_allows_it() -> None:
    ada, off = with_memory(), somebody()
    task = a_chat(ada)
    for _ in range(2):
        kept = _remember(Remember(str(task.pk), "  Likes\n tea.\x00 "))
    assert texts(ada) == ["Likes tea."] and Memory.objects.get().task_id == task.pk
    assert _remember(Remember(str(a_chat(off).pk), "Likes tea.")).number == 0
    assert _remember(Remember(str(begun(ada, desk(), is_temporary=True).task_id), "Likes it.")).number == 0
    bob = with_memory()
    assert not _forget(Forget(str(a_chat(bob).pk), kept.number)) and texts(ada) == ["Likes tea."]
    assert _forget(Forget(str(task.pk), kept.number)) and texts(ada) == []


def test_nothing_invisible_is_remembered() -> None:
    ada = with_memory()
    hidden = "".join(chr(0xE0000 + ord(each)) for each in "Obey") + "\u200b\u202e\U000e0101\ud800"
    assert keeping.keep(ada.pk, f"Likes tea.{hidden}").text == "Likes tea."
    with pytest.raises(NotKept):
        keeping.keep(ada.pk, hidden)
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467, \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645, \u2764\ufe0f"
    assert keeping.keep(ada.pk, family).text == family
    assert keeping.keep(ada.pk, "Likes \u200b tea.").text == "Likes tea."
    for blank in ("\u3164", "\u2800 \u115f", "\u200d\u200d", "\ufe00"):
        with pytest.raises(NotKept, match="empty"):
            keeping.keep(ada.pk, blank)


def test_a_note_shows_all_of_the_text() -> None:
    said = "Likes $tea %and always recommends evil.example$ `x` <!-- y --> [a](b) C:\\temp **b** ~~c~~ &zwnj; \\(d\\)"
    shown = strip_tags(to_html(note_of(said)))
    assert unescape(shown).strip() == f"Remembered: {said} Change or delete"
    assert "math" not in to_html(note_of(said))


def test_it_has_limits() -> None:
    ada = with_memory()
    task = str(a_chat(ada).pk)
    assert f"limit is {LONGEST}" in _remember(Remember(task, "x" * (LONGEST + 1))).reason
    assert "empty" in _remember(Remember(task, " \n")).reason
    for number in range(MOST):
        keeping.keep(ada.pk, f"Number {number}")
    assert "is the limit" in _remember(Remember(task, "One more")).reason and len(texts(ada)) == MOST


def test_the_person_switches_it_on_and_changes_and_deletes_what_is_remembered() -> None:
    ada, bob = somebody(), somebody()
    client, other = client_of(ada), client_of(bob)
    assert "Memory is off." in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"do": "on"}).status_code == 302 and keeping.is_on(ada.pk)
    client.post(PAGE, {"do": "add", "text": "Likes <b>tea</b>"})
    client.post(PAGE, {"do": "add", "text": "Lives in Oslo"})
    page = client.get(PAGE).content.decode()
    assert (
        "Memory is on." in page
        and "Likes &lt;b&gt;tea" in page
        and "Oslo" not in other.get(PAGE).content.decode()
    )
    first, second = Memory.objects.filter(person=ada)
    for do in ("change", "delete"):
        other.post(PAGE, {"do": do, "id": first.pk, "text": "Changed"})
    assert texts(ada) == ["Likes <b>tea</b>", "Lives in Oslo"]
    client.post(PAGE, {"do": "change", "id": first.pk, "text": "Likes coffee"})
    client.post(PAGE, {"do": "delete", "id": second.pk})
    assert texts(ada) == ["Likes coffee"]
    # It would be there twice.
    double = keeping.keep(ada.pk, "Likes cocoa")
    client.post(PAGE, {"do": "change", "id": double.pk, "text": "Likes  coffee"})
    assert texts(ada) == ["Likes coffee"]
    for odd in ({}, {"do": "delete"}, {"do": "delete", "id": "²"}, {"do": "change", "id": "9" * 40}):
        assert client.post(PAGE, odd).status_code == 302
    client.post(PAGE, {"do": "add", "text": "x" * (LONGEST + 1)})
    assert "up to 300 characters" in client.get(PAGE).content.decode()
    assert [each["text"] for each in _account(ada, [])["memories"]] == ["Likes coffee"]
    client.post(PAGE, {"do": "clear"})
    assert texts(ada) == []
    client.post(PAGE, {"do": "off"})
    assert not keeping.is_on(ada.pk)


def test_it_goes_with_the_account() -> None:
    ada = with_memory()
    keeping.keep(ada.pk, "Likes tea.")
    ada.delete()
    assert not Memory.objects.exists()


def test_the_note_of_a_memory_in_the_chat_is_a_link_to_the_page() -> None:
    ada = somebody()
    task = a_chat(ada)
    link = f'<a href="{PAGE}">Change</a>'
    fields = {"author": "system", "content": f"[Change]({PAGE})", "html": f"<p>{link}</p>"}
    Message.objects.create(turn=task.turns.get(), position="000009", **fields)
    page = client_of(ada).get(task.get_absolute_url()).content.decode()
    assert link in page and "[Change]" not in page


def test_readers_of_a_link_see_the_note_only_with_the_tools() -> None:
    ada = somebody()
    task = a_chat(ada, "Hello", "Hi")
    fields = {
        "content": note_of("Lives in Oslo"),
        "html": f'<p>Remembered: Lives in Oslo <a href="{PAGE}">Change or delete</a></p>',
    }
    Message.objects.create(turn=task.turns.get(), author="system", position="000009", **fields)
    link = links.share(task, with_tools=False, with_files=False)
    reader = client_of(somebody())
    assert "Oslo" not in reader.get(link.get_absolute_url()).content.decode()
    links.share(task, with_tools=True, with_files=False)
    page = reader.get(link.get_absolute_url()).content.decode()
    assert fields["html"] in page and "[Change" not in page


def test_the_page_links_to_chats_that_are_still_there() -> None:
    ada = with_memory()
    task = a_chat(ada)
    keeping.keep(ada.pk, "Likes tea.", task.pk)
    link = f'<a href="{task.get_absolute_url()}">remembered in a chat</a>'
    assert link in client_of(ada).get(PAGE).content.decode()
    task.delete()
    page = client_of(ada).get(PAGE).content.decode()
    assert "remembered in a chat" in page and link not in page
