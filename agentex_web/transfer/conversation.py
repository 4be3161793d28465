"""A conversation as it comes out of a foreign file: a tree of turns, in words. Standard library only."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

TEXT_LENGTH = 200_000
"""Characters of one message."""
TITLE_LENGTH = 200
TURNS = 5_000
"""Of one conversation."""
NODES = 50_000


class NotReadable(Exception):
    """The file is no export that is known, or exceeds a limit; the text says so."""


@dataclass(frozen=True)
class Node:
    """A message of a foreign file.

    Attributes:
        role: ``user`` or ``assistant``; others only connect their neighbours.
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
    """The name of the agent, and what it said."""


@dataclass
class Conversation:
    """
    Attributes:
        key: the same each time that the file is read.
        turns: parents before children, by their place in the list.
        head: the turn that is shown last.
    """

    key: str
    title: str
    agent: str = ""
    turns: list[Turn] = field(default_factory=list)
    head: int | None = None


def conversation_of(key: str, title: str, nodes: Iterable[Node], last: str = "") -> Conversation:
    """The turns of a tree of messages. A question that was answered again has a turn for each answer.

    Args:
        last: the id of the message that is shown last; else the branch that was written last is shown.
    """
    by_id = {node.id: node for node in list(nodes)[:NODES]}
    children: defaultdict[str, list[Node]] = defaultdict(list)
    for node in by_id.values():
        children[node.parent if node.parent in by_id and node.parent != node.id else ""].append(node)
    made = Conversation(key[:200] or _digest(by_id), " ".join(title.split())[:TITLE_LENGTH])
    turn_of: dict[str, int] = {}
    # What a node follows: a turn, and a question that has no answer yet.
    todo: list[tuple[Node, int | None, Node | None]] = [(each, None, None) for each in reversed(children[""])]
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
        todo += [(each, turn, asked) for each in reversed(children[node.id])]
    made.head = turn_of.get(last, len(made.turns) - 1 if made.turns else None)
    return made


def _leads_to_answer(node: Node, children: dict[str, list[Node]]) -> bool:
    """Whether an answer follows before the next question, however many other messages stand between."""
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
