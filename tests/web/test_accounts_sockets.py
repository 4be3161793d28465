"""Sockets of open pages close when the session, the account or the permission ends, announced over Redis.

The web process here checks the database only once an hour, so the announcement closes the sockets. The changes are
made in another process.
"""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import Permission, User
from websockets.exceptions import ConnectionClosed

from agentex_web.tasks.models import Task
from tests.support.model_server import text
from tests.support.people import Person, Socket, ended, last_turn, new_person
from tests.support.stack import Stack, free_port


@pytest.fixture(scope="module")
def patient_site(running_stack: Stack) -> Iterator[str]:
    running_stack.restore()
    port = free_port()
    running_stack.shared = {"patient-web"}
    settings = {"AGENTEX_SOCKET_CHECK_SECONDS": 3600.0, "AGENTEX_OPEN_SOCKETS": 3}
    running_stack.start_web("patient-web", port, settings)
    yield f"http://127.0.0.1:{port}"
    running_stack.shared = set()
    running_stack.kill("patient-web")


@pytest.fixture
def task(stack: Stack, person: Person) -> Task:
    stack.model.script(text("Here."), match="are you there")
    task = person.begin("haiku", "are you there")
    ended(last_turn(task))
    return task


def there(person: Person, site: str) -> Person:
    """Moves the person's session to another process of the site."""
    person.url = site
    return person


def closed_by(socket: Socket, change: Callable[[], object]) -> int:
    socket.until(lambda frame: frame["type"] == "turn" and frame["status"] == "done")
    change()
    with pytest.raises(ConnectionClosed) as closed:
        socket.until(lambda _: False)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def log_out(person: Person) -> None:
    assert person.http.post("/accounts/logout/").status_code == 302


def deactivate(person: Person) -> None:
    person.user.is_active = False
    person.user.save()


def change_password(person: Person) -> None:
    person.user.set_password("another-of-1815")
    person.user.save()


def delete(person: Person) -> None:
    User.objects.get(pk=person.user.pk).delete()


@pytest.mark.parametrize("change", [log_out, deactivate, change_password, delete])
def test_a_socket_ends_with_its_session(
    person: Person, task: Task, patient_site: str, change: Callable[[Person], None]
) -> None:
    with there(person, patient_site).socket(task) as socket:
        assert closed_by(socket, lambda: change(person)) == 4401


def test_another_session_of_the_same_person_stays(person: Person, task: Task, patient_site: str) -> None:
    elsewhere = Person(patient_site, person.user)
    with there(person, patient_site).socket(task) as mine, elsewhere.socket(task) as other:
        assert closed_by(mine, lambda: log_out(person)) == 4401
        # This session was checked and is valid, so it is told of the next turn.
        elsewhere.send(task, "are you there")
        other.until(lambda frame: frame["type"] == "turn" and frame["status"] == "running")


def test_who_loses_the_right_to_read_stops_reading(stack: Stack, task: Task, patient_site: str) -> None:
    with new_person(patient_site, is_staff=True) as reader:
        reader.user.user_permissions.add(Permission.objects.get(codename="read_messages"))
        with reader.socket(task) as socket:
            assert closed_by(socket, reader.user.user_permissions.clear) == 4403
        reader.user.user_permissions.add(Permission.objects.get(codename="read_messages"))
        with reader.socket(task) as socket:

            def demote() -> None:
                reader.user.is_staff = False
                reader.user.save()

            assert closed_by(socket, demote) == 4403


def test_one_person_has_so_many_sockets_and_others_have_theirs(
    person: Person, stranger: Person, task: Task, patient_site: str
) -> None:
    there(person, patient_site)
    with person.socket(task) as one, person.socket(task), person.socket(task):
        one.until_turn("done")
        with pytest.raises(ConnectionClosed) as closed, person.socket(task) as fourth:
            fourth.until(lambda _: False)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 4429
        with pytest.raises(ConnectionClosed) as closed, there(stranger, patient_site).socket(task) as other:
            other.until(lambda _: False)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 4404
    with person.socket(task) as again:
        again.until_turn("done")
