"""A conversation from a foreign file: a tree of turns with their texts. Imports only the standard library."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

TEXT_LENGTH = 200_000
"""Maximum characters of a message."""
TITLE_LENGTH = 200
LINE_BYTES = 16_000_000
"""Maximum size of one conversation as the child writes it. The worker parses it on its event loop."""
TURNS = 5_000
"""Maximum turns of a conversation."""
NODES = 50_000
CHATS = 20_000
"""Maximum conversations of a file. Writing each of them takes the database some milliseconds."""
UNKNOWN = "This file is not an export from Agentex, ChatGPT or LibreChat."
TOO_MANY = "The file has more than 20,000 chats. Those after the first 20,000 were not imported."
TOO_MUCH = "The file takes too much time or memory to read. Export fewer chats at once."


class NotReadable(Exception):
    """The file is not a known kind of export, or exceeds a limit; the text says which."""


@dataclass(frozen=True)
class Node:
    """A message of a foreign file.

    Attributes:
        role: ``user`` or ``assistant``; messages with another role only connect their neighbours.
        at: when it was said, in seconds since 1970; 0 if unknown.
    """

    id: str
    parent: str
    role: str
    text: str
    name: str = ""
    at: float = 0.0


@dataclass
class Turn:
    asked: str
    parent: int | None
    at: float = 0.0
    answers: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of an agent's name and its answer."""


@dataclass
class Conversation:
    """A conversation in an imported file.

    Attributes:
        key: identifies the conversation; the same each time that the file is read.
        turns: parents before children. ``Turn.parent`` is an index in this list.
        head: the index of the last turn that is shown.
    """

    key: str
    title: str
    agent: str = ""
    turns: list[Turn] = field(default_factory=list)
    head: int | None = None


def conversation_of(key: str, title: str, nodes: Iterable[Node], last: str = "") -> Conversation:
    """Makes turns of a tree of messages. A question with several answers becomes a turn for each answer.

    Args:
        last: id of the last message of the shown branch. Without it, the last branch in the tree is shown.
    """
    by_id = {node.id: node for node in list(nodes)[:NODES]}
    # A node without an id has no children: under "" are the nodes that begin a branch, itself among them.
    children: defaultdict[str, list[Node]] = defaultdict(list)
    for node in by_id.values():
        children[node.parent if node.parent in by_id and node.parent != node.id else ""].append(node)
    roots = children.pop("", [])
    made = Conversation(key[:200] or _digest(by_id), " ".join(title.split())[:TITLE_LENGTH])
    turn_of: dict[str, int] = {}
    # Each node with the turn that it follows, and with a question before it that has no answer yet.
    todo: list[tuple[Node, int | None, Node | None]] = [(each, None, None) for each in reversed(roots)]
    while todo and len(made.turns) < TURNS:
        node, turn, asked = todo.pop()
        if node.role == "user":
            if _leads_to_answer(node, children):
                asked = node
            else:
                turn, asked = _add(made, node, turn), None
        elif node.role == "assistant" and node.text:
            if asked is not None:
                turn, asked = _add(made, asked, turn), None
            if turn is not None:
                made.turns[turn].answers.append((node.name[:200], node.text[:TEXT_LENGTH]))
        if turn is not None and asked is None:
            turn_of[node.id] = turn
        todo += [(each, turn, asked) for each in reversed(children.get(node.id, ()))]
    made.head = turn_of.get(last, len(made.turns) - 1 if made.turns else None)
    return made


def _leads_to_answer(node: Node, children: dict[str, list[Node]]) -> bool:
    """Whether an answer follows before the next question, perhaps after other messages."""
    todo, seen = list(children.get(node.id, ())), 0
    while todo and seen < 100:
        each, seen = todo.pop(), seen + 1
        if each.role == "assistant" and each.text:
            return True
        if each.role != "user":
            todo += children.get(each.id, ())
    return False


def _add(made: Conversation, asked: Node, parent: int | None) -> int:
    made.turns.append(Turn(asked.text[:TEXT_LENGTH], parent, asked.at))
    return len(made.turns) - 1


def _digest(nodes: dict[str, Node]) -> str:
    words = json.dumps([[node.role, node.text] for node in nodes.values()])
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
