"""What a page finally shows: built from the socket's frames as the page's scripts do, and after a reload."""

import re

from agentex_web.tasks.models import Task
from tests.support.people import Frame, Person, Socket

_STATE = re.compile(r'<span class="tool-state".*?</span>', re.DOTALL)
_ATTRIBUTE = '{name}="([^"]*)"'


def server_id(tool_call_id: str) -> str:
    """The id that the scripted server gave to a tool call; the product appends its own id when it stores the call."""
    return tool_call_id.partition("__")[0]


def live(socket: Socket) -> list[str]:
    """The articles of a page that received these frames, each with its response and nested messages.

    The person's own messages are left out: they show their delivery, which the page derives from the turn's status.
    """
    articles: dict[str, str] = {}
    for frame in socket.frames:
        match frame["type"]:
            case "started" | "done":
                articles[frame["message"]] = frame["html"]
            case "reset":
                articles = {key: html for key, html in articles.items() if not _is_reset(html, frame)}
    ordered = sorted(articles.values(), key=lambda html: _attribute(html, "data-position"))
    return [_plain(html) for html in _fold(ordered) if _attribute(html, "data-author") != "user"]


def _is_reset(html: str, frame: Frame) -> bool:
    up_to = int(frame["attempt"])
    if up_to and int(_attribute(html, "data-attempt")) > up_to:
        return False
    return _attribute(html, "data-call") == str(frame["call"])


def assert_the_same_after_a_reload(person: Person, task: Task, socket: Socket) -> str:
    """Asserts that a reloaded page shows the same. Returns the page with normalised white space."""
    page = _plain(person.http.get(f"/tasks/{task.pk}/").text)
    conversation = page[page.index('id="conversation"') : page.rindex("</section>")]
    shown = live(socket)
    for article in shown:
        assert article in page, f"{article}\n\nis not in\n\n{conversation}"
    # The page has no further articles, except the person's own messages.
    agents = conversation.count("<article ") - conversation.count('data-author="user"')
    assert agents == sum(article.count("<article ") for article in shown), conversation
    return page


def _fold(articles: list[str]) -> list[str]:
    """Nests articles, last one first, so that a nested call already contains its own response."""
    top: list[str] = []
    for article in reversed(articles):
        top = [_with(article, top)[0], *_with(article, top)[1]]
    return top


def _with(card: str, later: list[str]) -> tuple[str, list[str]]:
    """Puts the later articles that belong into a card into it. Returns the card and the remaining articles."""
    call = _attribute(card, "data-tool-call-id")
    if _attribute(card, "data-kind") != "tool_request" or not call:
        return card, later
    within = [html for html in later if _attribute(html, "data-inside") == call]
    responses = [
        html
        for html in later
        if _attribute(html, "data-kind") == "tool_response" and _attribute(html, "data-tool-call-id") == call
    ]
    card = _put(card, f'data-inside-of="{call}">', within)
    for response in responses:
        card = _put(card, f'<div data-response-for="{call}">', [response])
        state = _STATE.search(response[response.index("<template") :])
        assert state
        card = card.replace(_STATE.findall(card)[0], state[0], 1)
    return card, [html for html in later if html not in within and html not in responses]


def _put(card: str, slot: str, articles: list[str]) -> str:
    assert not articles or slot in card, (slot, card)
    return card.replace(slot, slot + "".join(articles), 1)


def _attribute(html: str, name: str) -> str:
    found = re.search(_ATTRIBUTE.format(name=name), html[: html.index(">")])
    return found[1] if found else ""


def _plain(html: str) -> str:
    """Without needless white space, and without the title that the page's scripts give to what no agent said."""
    html = re.sub(r"(<span data-nameless>)[^<]*", r"\1", html)
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", html)).strip()


def in_utf16(text: str, length: int) -> str:
    """Like JavaScript's ``slice(0, length)``."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le")


def frames_of(socket: Socket, message: object) -> list[Frame]:
    """The frames about one message, in order."""
    return [frame for frame in socket.frames if frame.get("message") == str(message)]
