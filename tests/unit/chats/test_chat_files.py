"""A chat's files are listed with their sources, for people who may read the chat."""

import uuid

import pytest
from django.core.files.base import ContentFile

from agentex_web.chat.chat_files import files_of
from agentex_web.tasks.models import Attachment, Message, Task, Turn
from tests.support.own_chats import a_chat, client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.4 not much of one"


def file_of(message: Message | None, name: str, kind: str, body: bytes = b"words") -> Attachment:
    assert message is not None
    row = Attachment(
        owner=message.turn.task.owner, message=message, name=name, content_type=kind, size=len(body)
    )
    row.file.save(name, ContentFile(body), save=False)
    row.save()
    return row


def tool(task: Task, kind: str) -> Message:
    assert task.head
    return Message.objects.create(
        pk=uuid.uuid4(), turn=task.head, position=f"00000{5 if kind == 'tool_request' else 6}", kind=kind,
        author="agent", tool_name="draw", tool_call_id="call-1", status="done",
    )  # fmt: skip


@pytest.fixture
def task() -> Task:
    return a_chat(somebody())


def test_each_file_says_whose_it_is_and_leads_to_its_message(task: Task) -> None:
    assert task.head
    own = file_of(task.head.messages.get(author="user"), "notes.txt", "text/plain")
    call, result = tool(task, "tool_request"), tool(task, "tool_response")
    picture = file_of(result, "chart.png", "image/png")
    rows, has_more = files_of(task)
    assert not has_more
    assert [(each.row.pk, each.source, each.message_id) for each in rows] == [
        (picture.pk, "draw", call.pk),
        (own.pk, "", own.message_id),
    ]
    page = client_of(task.owner).get(f"/tasks/{task.pk}/files/").content.decode()
    assert "notes.txt" in page and "chart.png" in page and f"#message-{call.pk}" in page
    assert client_of(somebody()).get(f"/tasks/{task.pk}/files/").status_code == 404
    Turn.objects.filter(task=task).update(status="withdrawn")
    assert files_of(task) == ([], False)


def test_a_chat_without_files_says_so(task: Task) -> None:
    page = client_of(task.owner).get(f"/tasks/{task.pk}/files/").content.decode()
    assert "no files yet" in page


def test_the_list_takes_the_same_queries_however_long(
    task: Task, django_assert_num_queries: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert task.head
    message = task.head.messages.get(author="user")
    for number in range(12):
        file_of(message, f"{number}.txt", "text/plain")
    monkeypatch.setattr("agentex_web.chat.chat_files.MOST", 10)
    with django_assert_num_queries(1):  # type: ignore[operator]
        rows, has_more = files_of(task)
        assert [each.source for each in rows] == [""] * 10 and has_more


def test_a_pdf_is_shown_in_a_frame_of_this_site_alone_and_other_files_are_not(task: Task) -> None:
    assert task.head
    message = task.head.messages.get(author="user")
    pdf = file_of(message, "tides.pdf", "application/pdf", PDF)
    page = file_of(message, "page.html", "text/plain", b"<script>1</script>")
    client = client_of(task.owner)
    shown = client.get(f"/attachments/{pdf.pk}/pages/")
    assert shown.content == PDF and shown.headers["Content-Type"] == "application/pdf"
    assert (
        shown.headers["X-Frame-Options"] == "SAMEORIGIN" and "inline" in shown.headers["Content-Disposition"]
    )
    assert shown.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/attachments/{page.pk}/pages/").status_code == 404
    assert client_of(somebody()).get(f"/attachments/{pdf.pk}/pages/").status_code == 404
    # The file itself is served for download, with a sandbox policy.
    saved = client.get(f"/attachments/{pdf.pk}/")
    assert (
        "attachment" in saved.headers["Content-Disposition"]
        and "sandbox" in saved.headers["Content-Security-Policy"]
    )
    assert saved.headers["X-Frame-Options"] == "DENY"


def test_a_picture_is_shown_or_saved(task: Task) -> None:
    assert task.head
    picture = file_of(task.head.messages.get(author="user"), "dot.png", "image/png")
    client = client_of(task.owner)
    assert "inline" in client.get(f"/attachments/{picture.pk}/").headers["Content-Disposition"]
    assert "attachment" in client.get(f"/attachments/{picture.pk}/?download").headers["Content-Disposition"]
