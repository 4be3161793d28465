"""The end of an account: what is at work stops, and rows, files and the workflow's history go."""

import httpx2
import pytest
from django.contrib.auth.models import User
from websockets.exceptions import ConnectionClosed

from agentex_web.tasks.models import Attachment, Task
from tests.support.accounts import PASSWORD
from tests.support.deleted import gone
from tests.support.model_server import text
from tests.support.people import Person, session_of
from tests.support.stack import Stack
from tests.support.waiting import until

WORDS = [f"word{number} " for number in range(400)]


def test_a_person_deletes_their_account_while_an_agent_answers(stack: Stack, person: Person) -> None:
    person.user.set_password(PASSWORD)
    person.user.save()
    cookies = {**person.cookies}
    name = next(name for name in cookies if "session" in name)
    person.cookies[name] = session_of(person.user)
    person.http.cookies.set(name, person.cookies[name])
    stack.model.script(text("", chunks=WORDS), match="tell me much", hold_after=20)
    sent = person.http.post("/attachments/", files={"file": ("a.txt", b"words")}).json()["id"]
    file = Attachment.objects.get(pk=sent).file
    task = person.begin("haiku", "tell me much")
    known = Task.objects.get(pk=task.pk)
    with pytest.raises(ConnectionClosed) as closed, person.socket(task) as socket:
        socket.until_text(WORDS[10])
        answer: httpx2.Response = person.http.post("/accounts/delete/", data={"password": PASSWORD})
        assert answer.status_code == 302, answer.text
        socket.until(lambda _: False)
    assert closed.value.rcvd is not None and closed.value.rcvd.code in (4401, 4404)
    assert not User.objects.filter(pk=person.user.pk).exists()
    assert not Task.objects.filter(pk=task.pk).exists()
    assert not file.storage.exists(file.name)
    # The model's answer is not waited for.
    until(lambda: stack.model.requests("tell me much")[-1]["outcome"] == "client_disconnected", stack.logs)
    # Nor is anything left of it in Temporal or Redis.
    until(lambda: gone(known), stack.logs)
