"""Attached files: accepted by their content, served to no one else, and given to the model."""

import base64
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from agentex_web.files.result import ReadFile
from agentex_web.positions import OPENING
from agentex_web.tasks import attachments
from agentex_web.tasks.models import Attachment, Message, Turn
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.unit.files.samples import image, pdf

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def post(person: Person, name: str, body: bytes) -> Any:
    return person.http.post("/attachments/", files={"file": (name, body)})


def attach(person: Person, name: str, body: bytes) -> str:
    answer = post(person, name, body)
    assert answer.status_code == 201, answer.text
    return str(json.loads(answer.text)["id"])


def begin(person: Person, content: str, *ids: str) -> Turn:
    data = {"id": str(uuid.uuid4()), "agent": "haiku", "content": content, "attachments": list(ids)}
    answer = person.http.post("/tasks/", data=data)
    assert answer.status_code == 201, answer.text
    return Turn.objects.get(pk=data["id"])


def asked(stack: Stack, words: str) -> list[Any]:
    """The model's input in the last request for a message with these words."""
    return list(stack.model.requests(words)[-1]["body"]["input"])


def test_a_stranger_gets_nobody_elses_file(stack: Stack, person: Person, stranger: Person) -> None:
    name = attach(person, "secret.txt", b"the secret of Ada")
    assert stranger.http.get(f"/attachments/{name}/").status_code == 404
    stranger.http.post(f"/attachments/{name}/remove/")
    data = {"id": str(uuid.uuid4()), "agent": "haiku", "content": "mine?", "attachments": [name]}
    assert stranger.http.post("/tasks/", data=data).status_code == 400
    assert Attachment.objects.get(pk=name).message is None
    # Writing the internal reference into a message, next to one's own file, does not work either.
    stack.model.script(text("No."), match=f"attachment:{name}")
    own = attach(stranger, "own.txt", b"my own")
    ended(begin(stranger, f"attachment:{name}", own))
    assert all("secret of Ada" not in json.dumps(each["body"]) for each in stack.model.requests())


def test_a_file_is_served_to_its_owner_and_can_do_nothing(stack: Stack, person: Person) -> None:
    page = b"<script>alert(1)</script>"
    answer = person.http.get(f"/attachments/{attach(person, 'page.html', page)}/")
    assert answer.content == page
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="page.html"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    image = person.http.get(f"/attachments/{attach(person, 'dot.txt', PNG)}/")
    assert (image.headers["content-type"], image.content) == ("image/png", PNG)


@pytest.mark.parametrize(
    ("name", "body", "status", "reason"),
    [
        ("big.txt", b"x" * 10_000_001, 413, "the limit is 9.5\xa0MB"),
        ("empty.txt", b"", 400, "empty"),
        ("photo.png", b"MZ\x90\x00\x03\x00\x00\x00\xff\xff", 400, "This kind of file cannot be read"),
        ("broken.pdf", b"%PDF-1.7 nothing", 400, "damaged"),
        ("scan.pdf", pdf(""), 400, "no text"),
    ],
)
def test_what_cannot_be_read_is_refused(
    stack: Stack, person: Person, name: str, body: bytes, status: int, reason: str
) -> None:
    answer = post(person, name, body)
    assert answer.status_code == status and reason in answer.text
    assert not Attachment.objects.filter(owner=person.user).exists()


def test_the_model_is_shown_images_and_told_texts_in_this_and_later_turns(
    stack: Stack, person: Person
) -> None:
    stack.model.script(text("I see a dot."), match="look at these")
    stack.model.script(text("Still."), match="and now")
    ids = [
        attach(person, "dot.png", PNG),
        attach(person, "notes.md", "# Tides — twice a day".encode()),
        attach(person, "paper.pdf", pdf("The moon pulls the sea")),
    ]
    turn = ended(begin(person, "look at these", *ids))
    assert turn.status == "done", turn.error
    for words in ("look at these", "and now"):
        if words == "and now":
            ended(person.send(turn.task, words))
        parts = asked(stack, words)[0]["content"]
        assert [part["type"] for part in parts] == ["input_text", "input_image", "input_text", "input_text"]
        assert parts[1]["image_url"] == "data:image/png;base64," + base64.b64encode(PNG).decode()
        assert "notes.md" in parts[2]["text"] and "Tides — twice a day" in parts[2]["text"]
        assert "The moon pulls the sea" in parts[3]["text"]
    # Temporal and the turn only store references.
    turn.refresh_from_db()
    assert "base64" not in json.dumps(turn.items)
    page = person.http.get(f"/tasks/{turn.task_id}/").text
    assert "notes.md" in page and f"/attachments/{ids[0]}/" in page


def test_a_file_alone_is_a_message_and_stays_with_it_when_it_is_answered_again(
    stack: Stack, person: Person
) -> None:
    stack.model.script(text("One."), text("Two."), match="alone in here")
    turn = ended(begin(person, "", attach(person, "alone.txt", b"alone in here")))
    assert (turn.status, turn.task.title) == ("done", "alone.txt")
    assert person.http.post(f"/tasks/{turn.task_id}/turns/{turn.pk}/retry/").status_code == 204
    again = ended(last_turn(turn.task))
    assert again.messages.get(position=OPENING).data == turn.messages.get(position=OPENING).data
    assert len(stack.model.requests("alone in here")) == 2


def test_a_message_has_at_most_ten_files(stack: Stack, person: Person) -> None:
    ids = [attach(person, f"{number}.txt", b"text") for number in range(11)]
    data = {"id": str(uuid.uuid4()), "agent": "haiku", "content": "too many", "attachments": ids}
    answer = person.http.post("/tasks/", data=data)
    assert answer.status_code == 400 and "up to 10 files" in answer.text
    assert not Message.objects.filter(pk=data["id"]).exists()


def test_an_unsent_file_can_be_taken_back_and_a_sent_one_not(stack: Stack, person: Person) -> None:
    stack.model.script(text("Read."), match="keep the sent one")
    unsent, sent = attach(person, "a.txt", b"a"), attach(person, "b.txt", b"b")
    path = Attachment.objects.get(pk=unsent).file.path
    ended(begin(person, "keep the sent one", sent))
    for name in (unsent, sent):
        assert person.http.post(f"/attachments/{name}/remove/").status_code == 204
    assert list(Attachment.objects.filter(owner=person.user).values_list("name", flat=True)) == ["b.txt"]
    assert not (stack.data / path).exists()


def test_a_file_goes_with_its_chat_and_with_its_owner(stack: Stack, person: Person) -> None:
    stack.model.script(text("Read."), match="keep it until the chat goes")
    turn = ended(begin(person, "keep it until the chat goes", attach(person, "a.txt", b"a")))
    waiting = attach(person, "b.txt", b"b")
    sent, unsent = (
        Path(Attachment.objects.get(owner=person.user, name=name).file.path) for name in ("a.txt", "b.txt")
    )
    assert sent.exists() and unsent.exists()
    with transaction.atomic():
        turn.task.delete()
        # The transaction could still be rolled back.
        assert sent.exists()
    assert not sent.exists()
    User.objects.get(pk=person.user.pk).delete()
    assert not unsent.exists() and not Attachment.objects.filter(pk=waiting).exists()


def test_files_that_were_never_sent_are_dropped_after_a_day(stack: Stack, person: Person) -> None:
    old, new = attach(person, "old.txt", b"a"), attach(person, "new.txt", b"b")
    path = Path(Attachment.objects.get(pk=old).file.path)
    Attachment.objects.filter(pk=old).update(created_at=timezone.now() - attachments.UNSENT_KEPT)
    attachments.forget_unsent()
    assert not path.exists()
    assert list(Attachment.objects.filter(owner=person.user).values_list("pk", flat=True)) == [uuid.UUID(new)]


def test_only_so_many_files_may_wait(stack: Stack, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    attach(person, "first.txt", b"a")
    monkeypatch.setattr(attachments, "UNSENT_COUNT", 1)
    with pytest.raises(attachments.AttachmentRefused, match="waiting to be sent"):
        attachments.check_room(person.user, "second.txt", 1)


def test_the_files_of_a_person_have_a_quota(stack: Stack, person: Person, settings: Any) -> None:
    attach(person, "first.txt", b"x" * 900)
    settings.AGENTEX_STORAGE_BYTES = 1_000
    attachments.check_room(person.user, "second.txt", 100)
    with pytest.raises(attachments.AttachmentRefused, match="Your files take 900"):
        attachments.check_room(person.user, "second.txt", 101)
    # What is stored counts: a converted picture may be larger than what was sent.
    before = sorted((settings.DATA_DIR / "media").rglob("*"))
    with pytest.raises(attachments.AttachmentRefused, match="Your files take 900"):
        attachments.store_file(person.user, "a.heic", b"x", ReadFile("image/png", body=b"x" * 101))
    assert sorted((settings.DATA_DIR / "media").rglob("*")) == before


def test_an_encoding_can_be_changed_until_the_file_is_sent(
    stack: Stack, person: Person, stranger: Person
) -> None:
    words = "姓名,城市\n陳小明,台北\n"
    answer = json.loads(post(person, "people.csv", words.encode("big5")).text)
    assert (answer["encoding"], answer["preview"]) == ("Big5", words)
    address = f"/attachments/{answer['id']}/encoding/"
    assert stranger.http.post(address, data={"encoding": "UTF-8"}).status_code == 404
    assert person.http.post(address, data={"encoding": "rot13"}).status_code == 400
    changed = json.loads(person.http.post(address, data={"encoding": "KOI8-R"}).text)
    assert changed["encoding"] == "KOI8-R" and changed["preview"] != words
    assert Attachment.objects.get(pk=answer["id"]).encoding == "KOI8-R"
    assert json.loads(person.http.post(address, data={"encoding": ""}).text)["encoding"] == "Big5"
    stack.model.script(text("Read."), match="in this encoding")
    ended(begin(person, "in this encoding", answer["id"]))
    assert person.http.post(address, data={"encoding": "Big5"}).status_code == 409


def test_a_picture_in_a_format_that_models_do_not_take_is_converted(stack: Stack, person: Person) -> None:
    answer = json.loads(post(person, "photo.heic", image("HEIF", (64, 48))).text)
    assert answer["content_type"] == "image/jpeg"
    assert person.http.get(f"/attachments/{answer['id']}/").content.startswith(b"\xff\xd8\xff")
