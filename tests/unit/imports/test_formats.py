"""Export files from other products and from ours, both genuine and malicious."""

from typing import Any

import pytest

from agentex_web.imports.conversation import Conversation, NotReadable
from agentex_web.imports.formats import conversations_in


def node(pk: str, parent: str | None, role: str, *parts: Any, **more: Any) -> dict[str, Any]:
    """A node of ChatGPT's mapping."""
    message = {
        "id": pk,
        "author": {"role": role},
        "content": {"content_type": "text", "parts": list(parts)},
        **more,
    }
    return {"id": pk, "parent": parent, "message": message}


def chatgpt(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    root = {"id": "root", "message": None, "parent": None}
    mapping = {each["id"]: each for each in (root, *nodes)}
    return {
        "title": "Tides",
        "conversation_id": "c1",
        "mapping": mapping,
        "current_node": nodes[-1]["id"],
        **more,
    }


def said(found: Conversation) -> list[tuple[str, int | None, list[str]]]:
    return [(turn.asked, turn.parent, [words for _, words in turn.answers]) for turn in found.turns]


def test_chatgpts_conversations() -> None:
    given = chatgpt(
        node("s", "root", "system", ""),
        node("u1", "s", "user", "Why?", create_time=1_700_000_000.5, recipient=None),
        node("t1", "u1", "assistant", 'search("moon")', recipient="browser"),
        node("t2", "t1", "tool", "results"),
        node(
            "a1",
            "t2",
            "assistant",
            "Because\ue200cite\ue202turn0search0\ue201.",
            {"asset_pointer": "file://x"},
        ),
        node("u2", "a1", "user", {"content_type": "image"}, "And this?"),
        node("a2", "u2", "assistant", "That."),
    )
    [found] = conversations_in([given])
    assert (found.key, found.title, found.head) == ("c1", "Tides", 1)
    assert said(found) == [("Why?", None, ["Because."]), ("And this?", 0, ["That."])]
    assert found.turns[0].at == 1_700_000_000.5


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        ("cite\ue202turn0search0\ue202turn0search1", ""),
        ("video", ""),
        ('entity\ue202["city","Paris","the capital"]', "Paris"),
        ('entity\ue202["city"]', ""),
        ("entity\ue202" + "[" * 5_000, "[" * 5_000),
        ("url\ue202the map\ue202https://example.org/a_(b)", "[the map](<https://example.org/a_(b)>)"),
        ("url\ue202the map\ue202javascript:alert(1)", "the map"),
        ("link_title\ue202the map\ue202turn0search0", "the map"),
    ],
)
def test_chatgpts_marks_are_what_chatgpt_shows_for_them(mark: str, shown: str) -> None:
    given = chatgpt(
        node("u", "root", "user", "Where?"), node("a", "u", "assistant", f"In \ue200{mark}\ue201.")
    )
    [found] = conversations_in([given])
    assert said(found) == [("Where?", None, [f"In {shown}."])]


def test_a_question_that_was_answered_or_asked_again_has_versions() -> None:
    given = chatgpt(
        node("u1", "root", "user", "One"),
        node("a1", "u1", "assistant", "First"),
        node("a2", "u1", "assistant", "Second"),
        node("u2", "a2", "user", "Two"),
        node("u3", "a2", "user", "Two, edited"),
        node("a3", "u3", "assistant", "Third"),
    )
    [found] = conversations_in(given)
    assert said(found) == [
        ("One", None, ["First"]),
        ("One", None, ["Second"]),
        ("Two", 1, []),
        ("Two, edited", 1, ["Third"]),
    ]
    assert found.head == 3


@pytest.mark.parametrize("nested", [True, False])
def test_librechats_export(nested: bool) -> None:
    answer = {
        "messageId": "a",
        "parentMessageId": "u",
        "sender": "GPT-4",
        "isCreatedByUser": False,
        "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": {"value": "there"}}],
    }
    asked = {
        "messageId": "u",
        "parentMessageId": "00000000-0000-0000-0000-000000000000",
        "isCreatedByUser": True,
        "text": "Hello",
        "createdAt": "2025-03-01T12:00:00.000Z",
    }
    messages = [{**asked, "children": [answer]}] if nested else [asked, answer]
    given = {"conversationId": "l1", "title": "Greeting", "recursive": nested, "messages": messages}
    [found] = conversations_in(given)
    assert said(found) == [("Hello", None, ["Hi\n\nthere"])]
    assert found.turns[0].answers[0][0] == "GPT-4" and found.turns[0].at > 1_700_000_000


@pytest.mark.parametrize(
    "given", [None, 1, "x", {}, [1], [{}], {"mapping": []}, [{"mapping": 3}], {"version": 1}]
)
def test_what_is_no_export_is_refused(given: Any) -> None:
    with pytest.raises(NotReadable):
        list(conversations_in(given))


def test_a_newer_version_of_ours_is_refused() -> None:
    with pytest.raises(NotReadable, match="newer"):
        list(conversations_in({"format": "agentex-chat", "version": 2}))


@pytest.mark.parametrize(
    "nodes",
    [
        {"a": {"id": "a", "parent": "b", "message": None}, "b": {"id": "b", "parent": "a", "message": None}},
        {"a": {"parent": "a", "message": {"author": {"role": "user"}, "content": {"parts": ["x"]}}}},
        {"a": None, "b": 3, "c": {"message": {"author": [], "content": "x"}}},
        {
            "a": {
                "message": {
                    "author": {"role": "user"},
                    "content": {"parts": [None, [], {"text": 3}]},
                    "create_time": "x",
                }
            }
        },
        {"": {"id": "", "parent": "", "message": None}, "b": {"parent": "", "message": None}},
        {"a": {"message": {"author": {"role": "user"}, "create_time": 10**400}}},
    ],
)
def test_hostile_trees_end(nodes: dict[str, Any]) -> None:
    [found] = conversations_in([{"title": ["x"], "mapping": nodes, "current_node": {}}])
    assert len(found.turns) <= 1


def test_deep_and_wide_trees_have_a_bound() -> None:
    deep = [
        node(str(number), str(number - 1), ("user", "assistant")[number % 2], f"m{number}")
        for number in range(20_000)
    ]
    [found] = conversations_in([chatgpt(*deep)])
    assert 0 < len(found.turns) <= 5_000
    wide = [node("u", "root", "user", "One"), *(node(f"a{n}", "u", "assistant", "x") for n in range(20_000))]
    [found] = conversations_in([chatgpt(*wide)])
    assert len(found.turns) == 5_000
    long = chatgpt(node("u", "root", "user", "x" * 1_000_000))
    [found] = conversations_in([long])
    assert len(found.turns[0].asked) == 200_000
