"""The supported export files: ours, ChatGPT's ``conversations.json``, LibreChat's. Does not import Django.

ChatGPT: a list of conversations. ``mapping`` is a tree by ``parent``, ``current_node`` is the last node of
the shown branch, and each message has ``author.role`` and ``content.parts``. LibreChat: one conversation with
``messages`` (or the older ``messagesTree``), flat with ``parentMessageId`` or nested in ``children``; a text
is in ``text`` or in the parts of ``content``. Values that are missing or have another type are left out.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from agentex_web.imports.conversation import UNKNOWN, Conversation, Node, NotReadable, conversation_of

FORMAT, VERSION = "agentex-chat", 1
_MARK = re.compile("\ue200([^\ue200-\ue202]{0,40})(?:\ue202([^\ue200\ue201]{0,20000}))?\ue201")
"""ChatGPT's marks: a kind, and what belongs to it after ``\ue202``."""


def conversations_in(given: Any) -> Iterator[Conversation]:
    """The conversation in a document, or the conversations in a list of them.

    Raises:
        NotReadable: the format is unknown.
    """
    for each in given if isinstance(given, list) else [given]:
        if not isinstance(each, dict):
            raise NotReadable(UNKNOWN)
        if each.get("format") == FORMAT:
            yield _own(each)
        elif isinstance(each.get("mapping"), dict):
            yield _chatgpt(each)
        elif "messages" in each or "messagesTree" in each:
            yield _librechat(each)
        else:
            raise NotReadable(UNKNOWN)


def _own(given: dict[str, Any]) -> Conversation:
    if given.get("version") != VERSION:
        raise NotReadable(
            "This export was made by a newer version of Agentex than this site has. "
            "Ask your administrator to update it."
        )
    nodes: list[Node] = []
    ends: dict[str, str] = {}
    for turn in _dicts(given.get("turns")):
        before = ends.get(_text(turn.get("parent")), "")
        for message in _dicts(turn.get("messages")):
            role = {"user": "user", "agent": "assistant"}.get(_text(message.get("author")), "")
            if not role or message.get("kind") != "text" or _text(message.get("inside")):
                continue
            pk, words = _text(message.get("id")), _text(message.get("content"))
            name, at = _text(message.get("agent_name")), _moment(message.get("at"))
            nodes.append(Node(pk, before, role, words, name, at))
            before = pk
        ends[_text(turn.get("id"))] = before
    head = ends.get(_text(given.get("head")), "")
    found = conversation_of(_text(given.get("id")), _text(given.get("title")), nodes, head)
    found.agent = _text(given.get("agent"))[:100]
    return found


def _chatgpt(given: dict[str, Any]) -> Conversation:
    nodes = []
    for key, entry in given["mapping"].items():
        if not isinstance(entry, dict):
            continue
        message = _dict(entry.get("message"))
        author = _dict(message.get("author"))
        metadata = _dict(message.get("metadata"))
        role, words = _text(author.get("role")), _parts(message.get("content"))
        # Messages to a tool and hidden messages only connect their neighbours.
        is_to_tool = (message.get("recipient") or "all") != "all"
        hidden = is_to_tool or metadata.get("is_visually_hidden_from_conversation")
        role = role if role in ("user", "assistant") and words and not hidden else ""
        at = _seconds(message.get("create_time"))
        nodes.append(Node(str(key), _text(entry.get("parent")), role, words, "ChatGPT", at))
    key = _text(given.get("conversation_id")) or _text(given.get("id"))
    return conversation_of(key, _text(given.get("title")), nodes, _text(given.get("current_node")))


def _parts(content: Any) -> str:
    """The text and code of a message, without pictures and sound, and with marks as ChatGPT shows them."""
    return _MARK.sub(_shown, _texts(content))


def _shown(mark: re.Match[str]) -> str:
    """The name of an entity or product, a link, or nothing for a source."""
    kind, rest = mark[1], mark[2] or ""
    if kind in ("entity", "product_entity"):
        try:
            given = json.loads(rest)
        except (ValueError, RecursionError):
            return rest
        return _text(given[1]) if isinstance(given, list) and len(given) > 1 else ""
    if kind in ("url", "link_title"):
        words, _, target = rest.partition("\ue202")
        is_address = target.startswith(("http://", "https://")) and not re.search(r"[\s<>\ue202]", target)
        return f"[{words}](<{target}>)" if is_address else words
    return ""


def _texts(content: Any) -> str:
    if not isinstance(content, dict):
        return ""
    if content.get("content_type") in ("thoughts", "reasoning_recap", "user_editable_context"):
        return ""
    parts = content.get("parts")
    if isinstance(parts, list):
        texts = [each if isinstance(each, str) else _text(_dict(each).get("text")) for each in parts]
        return "\n\n".join(text for text in texts if text)
    words = _text(content.get("text"))
    if content.get("content_type") == "code" and words:
        return f"```{_text(content.get('language')).replace('unknown', '')[:20]}\n{words}\n```"
    return words


def _librechat(given: dict[str, Any]) -> Conversation:
    nodes: list[Node] = []
    todo = [(each, "") for each in reversed(_dicts(given.get("messages") or given.get("messagesTree")))]
    while todo:
        message, above = todo.pop()
        pk = _text(message.get("messageId"))
        role = "user" if message.get("isCreatedByUser") is True else "assistant"
        words = _text(message.get("text")) or _content(message.get("content"))
        parent = _text(message.get("parentMessageId")) or above
        sender, at = _text(message.get("sender")), _moment(message.get("createdAt"))
        nodes.append(Node(pk, parent, role if words else "", words, sender, at))
        todo += [(each, pk) for each in reversed(_dicts(message.get("children")))]
    return conversation_of(_text(given.get("conversationId")), _text(given.get("title")), nodes)


def _content(parts: Any) -> str:
    texts = []
    for part in _dicts(parts):
        text = part.get("text")
        texts.append(text if isinstance(text, str) else _text(_dict(text).get("value")))
    return "\n\n".join(text for text in texts if text)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value.replace("\x00", "") if isinstance(value, str) else ""


def _seconds(value: Any) -> float:
    try:
        return float(value) if isinstance(value, int | float) else 0.0
    except OverflowError:  # An integer has no limit.
        return 0.0


def _moment(value: Any) -> float:
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else 0.0
    except (ValueError, OverflowError):
        return 0.0
