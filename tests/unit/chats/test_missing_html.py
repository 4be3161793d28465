"""A page of thousands of messages without HTML does not hold up what is rendered for others."""

import asyncio
import uuid

import pytest

from agentex_web.chat import missing_html
from agentex_web.chat.message_views import MessageView
from agentex_web.chat.missing_html import render_for
from agentex_web.journal.messages import keep_html
from agentex_web.rendering.markdown import NOTE
from agentex_web.tasks.models import Message
from tests.support.own_chats import a_chat, somebody


def answers(count: int, text: str = "Some *words*") -> list[MessageView]:
    return [MessageView(Message(author="agent", kind="text", content=text)) for _ in range(count)]


def test_others_wait_for_a_few_messages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    many, tab, few = answers(400), answers(400, "A second tab"), answers(1, "Somebody else")
    render, order = missing_html._render, list[str]()

    def noted(part: list[MessageView], seconds: float, rendered: list[MessageView]) -> float:
        order.append(part[0].message.content)
        return render(part, seconds, rendered)

    monkeypatch.setattr(missing_html, "_render", noted)

    async def opened() -> None:
        await asyncio.gather(render_for(1, many), render_for(1, tab), render_for(2, few))

    asyncio.run(opened())
    assert order.index("Somebody else") < 4 and len(order) == 41
    # The person's own pages are rendered one after the other.
    assert order.index("A second tab") >= 20
    assert all("<em>words</em>" in each.message.html for each in many)


def test_what_is_left_after_the_time_of_a_page_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing_html, "PAGE_SECONDS", 0.0)
    late = answers(30, "*Late* <b>")
    asyncio.run(render_for(1, late))
    last = late[-1].message.html
    assert NOTE in last and "*Late* &lt;b&gt;" in last


def test_parts_within_a_call_are_rendered_too() -> None:
    [outer] = answers(1)
    outer.inner = answers(1, "**Inner**")
    asyncio.run(render_for(1, [outer]))
    assert "<strong>Inner</strong>" in outer.inner[0].message.html


@pytest.mark.parametrize("text", ["Some *words*", "[" * 100_000])
def test_the_html_of_rows_is_stored_once(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    kept: list[dict[uuid.UUID, str]] = []

    async def in_database(_function: object, rendered: dict[uuid.UUID, str]) -> None:
        kept.append(rendered)

    monkeypatch.setattr(missing_html, "in_database", in_database)
    done, streams, new = answers(3, text)
    done.message._state.adding = streams.message._state.adding = False
    streams.message.status = Message.Status.STREAMING

    async def opened() -> None:
        await render_for(1, [done, streams, new])
        await asyncio.sleep(0)
        await render_for(1, [done])
        await asyncio.sleep(0)

    asyncio.run(opened())
    assert kept == [{done.message.pk: done.message.html}]
    # The time of the page did not suffice: the next page tries again.
    monkeypatch.setattr(missing_html, "PAGE_SECONDS", 0.0)
    [late] = answers(1, text)
    late.message._state.adding = False
    asyncio.run(render_for(1, [late]))
    assert NOTE in late.message.html and len(kept) == 1


@pytest.mark.django_db
def test_html_that_was_written_meanwhile_stays() -> None:
    [turn] = a_chat(somebody()).turns.all()
    ids = [uuid.uuid4() for _ in range(120)]
    for number, each in enumerate(ids, start=1):
        position = f"{number:06}"
        Message.objects.create(
            pk=each, turn=turn, position=position, author="agent", kind="text", content="x"
        )
    Message.objects.filter(pk=ids[0]).update(html="<p>edited</p>")
    keep_html(dict.fromkeys(ids, "<p>x</p>"))
    found = dict(Message.objects.filter(pk__in=ids).values_list("pk", "html"))
    assert found == {**dict.fromkeys(ids, "<p>x</p>"), ids[0]: "<p>edited</p>"}
