"""Requests every address in every role, denials first. The table has the expected statuses; a new address needs a
line there."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.template.backends.django import Template
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.utils.safestring import mark_safe
from django_htmx.middleware import HtmxDetails
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from agentex_web.limits import counting
from agentex_web.limits.local import LocalCounter
from tests.support.accounts import fresh_counts, kept_record
from tests.support.addresses import filled, routes, socket_routes
from tests.support.chat_rows import Chat
from tests.support.hostile_names import MARK, make_hostile, rendered
from tests.support.people import Person, new_person
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE
from tests.support.walk_forms import FORMS
from tests.support.walking import ROLES, World

__all__ = ["fresh_counts", "kept_record"]

TABLE = Path(__file__).with_name("walk_table.txt")
SECRETS = ("a secret word", "A chat of Ada")
BLIND = ("nobody", "stranger", "staff")
"""Roles that must not see anything that Ada wrote."""
HTMX = {
    "tasks/": "201",
    "tasks/<task_id>/turns/<turn_id>/retry/": "204",
    "tasks/<task_id>/messages/": "201",
    "tasks/<task_id>/turns/<turn_id>/edit/": "204",
    "tasks/<task_id>/approvals/<wait_id>/": "200",
    "tasks/<task_id>/pause/": "204",
    "tasks/<task_id>/resume/": "204",
    "tasks/<task_id>/approvals/<wait_id>/again/": "200",
    "tasks/<task_id>/turns/<turn_id>/show/": "204",
    "import/<import_id>/stop/": "200",
}
"""Views that redirect browsers without scripts but return another status to htmx."""
ASKING = {
    *HTMX,
    "news/",
    "tasks/<task_id>/forms/<wait_id>/",
}
"""Views that ask what htmx says of itself. All others respond to it as to a browser."""
GUARDED = (
    "shares/",
    "share/",
    "tasks/",
    "chats/",
    "folders/",
    "search/",
    "attachments/",
    "sidebar/",
    "banner/",
)
SOCKETS = {
    "ws/tasks/<task_id>/": (4401, 4404, 4404, 0, 0, 0),
    "ws/chats/": (4401, 0, 0, 0, 0, 0),
    "": (4404,) * 6,
}
"""Close codes by role; 0 means that the socket stays open. The last entry is for all other addresses."""
NO_TOKEN = {"events/<token>/", "temporal/codec/decode"}
"""Views that need no CSRF token; each checks the origin itself."""
FOR_KEYS = ("v1/", "api/")
"""Views for which only an API key counts, so another site's form can do nothing with a person's session."""


KEPT = {
    "manifest.webmanifest",
    "service-worker.js",
    "offline/",
    "i18n/<language>.<revision>.js",
    "admin/jsi18n/",
    "attachments/<attachment_id>/",
    "attachments/<attachment_id>/text/",
}
"""Cacheable responses: those that belong to no one, and files, which only the person's browser caches."""


def table() -> dict[str, dict[str, list[str]]]:
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        route, cells = line.split(maxsplit=1)
        get, post = cells.split("|")
        found[route] = {"GET": get.split(), "POST": post.split()}
    return found


def name_of(route: str) -> str:
    return route or "/"


def status(answer: Any) -> str:
    if answer.status_code in (301, 302):
        where = answer.headers["Location"]
        assert where.startswith("/") and not where.startswith("//"), where
        return "login" if where.startswith(("/accounts/login/", "/admin/login/")) else str(answer.status_code)
    return str(answer.status_code)


def ask(client: Client, world: World, method: str, route: str, **headers: str) -> Any:
    # Reset the rate limits, which other tests cover.
    counting._local = LocalCounter()
    path = filled(route, world.values(route))
    if method == "GET":
        return client.get(path, headers=headers)
    return client.post(path, FORMS.get(route, lambda _: {})(world), headers=headers)


def as_expected(found: str, expected: str) -> bool:
    return found in ("200", "503") if expected == "health" else found == expected


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    assert sorted(table()) == sorted(map(name_of, routes()))
    assert sorted(socket_routes()) == sorted(SOCKETS)


@pytest.fixture(autouse=True)
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of the admin show few rows: all tests of a process leave theirs, and each costs a millisecond a page."""
    for each in site._registry.values():
        monkeypatch.setattr(each, "list_per_page", 3)


def without_token(request: HttpRequest, reason: str) -> HttpResponse:
    return HttpResponseForbidden(reason)


def render_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """For requests of whose responses only the status counts, and whose pages other requests render."""
    monkeypatch.setattr(Template, "render", lambda *_args, **_kwargs: mark_safe(""))


def body_of(answer: Any) -> bytes:
    body: bytes = answer.getvalue() if answer.streaming else answer.content
    return body


@pytest.mark.usefixtures("kept_record")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_what_the_table_says(role: str, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, column = table(), ROLES.index(role)
    changes = method == "POST" and role in ("owner", "administrator")
    world = World()
    is_hostile = method == "GET" and role in ("owner", "administrator")
    if is_hostile:
        make_hostile(world)
    before, client = world.record(), world.client(role)
    wrong, marked = [], 0
    if (role, method) == ("administrator", "POST"):
        # These are the admin's pages, which GET renders for the same person.
        monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    if (role, method) == ("reader", "POST"):
        # And these are the others' pages, which a stranger's POST renders.
        render_nothing(monkeypatch)
    for route in routes():
        answer = ask(client, world, method, route)
        if not as_expected(status(answer), expected[name_of(route)][method][column]):
            wrong.append((name_of(route), status(answer)))
        if (
            answer.status_code == 200
            and route not in KEPT
            and "no-store" not in answer.headers["Cache-Control"]
        ):
            wrong.append((name_of(route), "may be kept by a cache"))
        if role in BLIND and any(secret.encode() in body_of(answer) for secret in SECRETS):
            wrong.append((name_of(route), "shows what Ada wrote"))
        if is_hostile and answer.headers.get("Content-Type", "").startswith("text/html"):
            page = body_of(answer).decode()
            marked += MARK in page
            wrong += [(name_of(route), f"takes a name for markup: {each}") for each in rendered(page)]
        if changes and answer.status_code < 400 and route.startswith(GUARDED):
            world = World()
            client = world.client(role)
        elif route.endswith("logout/") or (changes and settings.SESSION_COOKIE_NAME in answer.cookies):
            client = world.client(role)
    assert not wrong
    assert marked > 8 or not is_hostile
    if not changes:
        assert world.record() == before


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The paths of requests in which a view read what htmx says of itself."""
    found = set()
    read = HtmxDetails._get_header_value

    def noted(self: HtmxDetails, name: str) -> str | None:
        found.add(self.request.path)
        return read(self, name)

    monkeypatch.setattr(HtmxDetails, "_get_header_value", noted)
    return found


@pytest.mark.usefixtures("kept_record")
@pytest.mark.parametrize("role", ROLES)
def test_a_fragment_for_htmx_is_guarded_as_the_page_is(role: str, asking: set[str]) -> None:
    expected, column = table(), ROLES.index(role)
    changes = role in ("owner", "administrator")
    wrong, world = [], World()
    before, client = world.record(), world.client(role)
    # The owner gets furthest in each view.
    guarded = ["", *(route for route in routes() if role == "owner" and route.startswith(GUARDED))]
    for route in sorted({*guarded, *ASKING}):
        for method in ("GET", "POST"):
            cell = expected[name_of(route)][method][column]
            cell = HTMX.get(route, cell) if cell == "302" else cell
            asking.clear()
            answer = ask(client, world, method, route, **{"HX-Request": "true"})
            if status(answer) != cell:
                wrong.append((method, name_of(route), status(answer), cell))
            if asking and route not in ASKING:
                wrong.append((method, name_of(route), "asks", "not in ASKING"))
        if changes and answer.status_code < 400:
            world = World()
            client = world.client(role)
    assert not wrong
    if not changes:
        assert world.record() == before


@pytest.mark.usefixtures("kept_record")
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "head"])
def test_other_methods_give_a_stranger_nothing_more(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    render_nothing(monkeypatch)
    expected, column = table(), ROLES.index("stranger")
    world = World()
    before, client = world.record(), world.client("stranger")
    wrong = []
    # The admin looks at the person before the method, so one method shows it for all.
    for route in [each for each in routes() if method == "head" or not each.startswith("admin/")]:
        cells = expected[name_of(route)]
        allowed = {cells["GET"][column], cells["POST"][column], "405"}
        answer = getattr(client, method)(filled(route, world.values(route)))
        # Class-based views answer OPTIONS with their methods.
        fine = answer.status_code == 200 and method == "options" and not answer.content
        health = "health" in allowed and status(answer) in ("200", "503")
        if not fine and not health and status(answer) not in allowed:
            wrong.append((name_of(route), status(answer)))
    assert not wrong
    assert world.record() == before


@pytest.mark.usefixtures("kept_record")
def test_no_form_is_taken_without_a_token(settings: Any) -> None:
    # The page that a person sees is always the same, and tests/browser/test_accessibility.py looks at it.
    settings.CSRF_FAILURE_VIEW = f"{__name__}.without_token"
    world = World()
    before = world.record()
    client = world.client("administrator", enforce_csrf_checks=True)
    taken = [
        route
        for route in routes()
        if route not in NO_TOKEN
        and not route.startswith(FOR_KEYS)
        and ask(client, world, "POST", route).status_code != 403
    ]
    assert not taken
    assert world.record() == before


@pytest.mark.parametrize("role", ROLES)
def test_every_socket_knows_who_may_listen(stack: Stack, person: Person, role: str) -> None:
    task = Chat(person).task
    path = {
        "ws/tasks/<task_id>/": f"/ws/tasks/{task.pk}/",
        "ws/chats/": "/ws/chats/",
        "": "/ws/nothing/",
    }
    world = World()
    somebody = person.user if role == "owner" else world.people[role]
    with new_person(stack.url) as visitor:
        if somebody is None:
            visitor.cookies = {}
        else:
            visitor = Person(stack.url, somebody)
        for route, codes in SOCKETS.items():
            assert closed_with(visitor, path[route]) == codes[ROLES.index(role)], route
        with pytest.raises(InvalidStatus, match="403"):
            closed_with(visitor, path["ws/tasks/<task_id>/"], origin="http://evil.example")


def closed_with(person: Person, path: str, origin: str = "") -> int:
    """The code with which the site closes a socket; 0 if the socket responds."""
    cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    headers = {"Cookie": cookie, "Origin": origin or person.url}
    with connect(person.url.replace("http", "ws", 1) + path, additional_headers=headers) as socket:
        try:
            socket.send("{}")
            while b"error" not in socket.recv(PATIENCE, decode=False):
                pass
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code
    return 0
