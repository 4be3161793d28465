"""Export, import and shared links over HTTP: denials first, then the contents."""

import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from agentex_web.imports.child import lines_in
from agentex_web.imports.conversation import NotReadable
from agentex_web.imports.models import Import
from agentex_web.imports.running import import_next
from agentex_web.sharing.models import Share
from agentex_web.tasks.models import Attachment, Message, Task
from tests.support.accounts import fresh_counts, kept_record
from tests.support.own_chats import a_chat, an_agent, client_of, somebody
from tests.support.waiting import until

__all__ = ["fresh_counts", "kept_record"]

pytestmark = pytest.mark.usefixtures("kept_record", "fresh_counts")


def upload(client: Client, agent: str, body: bytes) -> Any:
    """Uploads a file and imports it, unless another test's worker does; returns the page."""
    file = SimpleUploadedFile("export.json", body, "application/json")
    page = client.post("/import/", {"file": file, "agent": agent}, follow=True)
    while async_to_sync(import_next)():
        pass
    until(lambda: not Import.objects.filter(status__in=Import.OPEN, name="export.json").exists())
    return client.get("/import/") if page.status_code == 200 else page


def test_a_stranger_neither_exports_nor_shares() -> None:
    task = a_chat(somebody(), "My secret", "Kept.")
    stranger = client_of(somebody())
    for path in ("export/", "export/markdown/", "export/json/", "print/", "share/"):
        assert stranger.get(f"/tasks/{task.pk}/{path}").status_code == 404, path
    assert stranger.post(f"/tasks/{task.pk}/share/").status_code == 404
    assert not Share.objects.filter(task=task).exists()


def test_an_export_comes_back_through_the_page() -> None:
    ada, agent = somebody(), an_agent()
    task = a_chat(ada, "Über <Grüße>", "**Bold** answer.", agent)
    client = client_of(ada)
    text = client.get(f"/tasks/{task.pk}/export/markdown/")
    assert (
        text.headers["Content-Disposition"].startswith("attachment") and "**Bold**" in text.content.decode()
    )
    paper = client.get(f"/tasks/{task.pk}/print/").content.decode()
    assert "&lt;Grüße&gt;" in paper and "<details" not in paper
    exported = client.get(f"/tasks/{task.pk}/export/json/")
    assert json.loads(exported.content)["title"] == task.title
    page = upload(client, agent.pk, exported.content)
    assert page.status_code == 200 and "1 chat was imported" in page.content.decode()
    [new] = Task.objects.filter(owner=ada).exclude(pk=task.pk)
    assert f"/tasks/{new.pk}/" in page.content.decode()
    row = Message.objects.get(turn__task=new, author="agent")
    assert "<strong>Bold</strong>" in row.html
    assert "had been imported before" in upload(client, agent.pk, exported.content).content.decode()


UNREADABLE = [b"[" * 100_000, b"", b"no json", b"{}", b'{"mapping": {}}x', b"\xff\xfe\x00"]


@pytest.mark.parametrize("body", UNREADABLE)
def test_what_cannot_be_read_is_no_export(body: bytes) -> None:
    with pytest.raises(NotReadable, match="This file is not an export"):
        list(lines_in(body))


@pytest.mark.parametrize("body", UNREADABLE[:2])
def test_what_cannot_be_read_is_refused_with_a_sentence(body: bytes) -> None:
    client, agent = client_of(somebody()), an_agent()
    page = upload(client, agent.pk, body).content.decode()
    assert "import-line bad" in page and "This file is not an export" in page, page[page.index("<main") :]


def test_an_import_is_followed_and_stopped_by_its_owner_alone() -> None:
    ada, agent = somebody(), an_agent()
    client, stranger = client_of(ada), client_of(somebody())
    # Running elsewhere, so that no worker of another test takes it.
    row = Import.objects.create(
        owner=ada, agent=agent, name="a.json", status=Import.Status.RUNNING, seen_at=timezone.now()
    )
    address = f"/import/{row.pk}/"
    assert stranger.get(address).status_code == stranger.post(f"{address}stop/").status_code == 404
    assert "<progress" in client.get(address).content.decode()
    stopped = client.post(f"{address}stop/", headers={"HX-Request": "true"})
    assert 'data-status="stopped"' in stopped.content.decode()
    ended = client.get(address)
    assert ended.headers["HX-Retarget"] == f"#import-{row.pk}" and "<progress" not in ended.content.decode()


def test_a_file_that_is_too_large_or_without_an_agent_is_refused(settings: Any) -> None:
    client, agent = client_of(somebody()), an_agent()
    assert upload(client, "nobody", b"[]").status_code == 400
    settings.AGENTEX_IMPORT_BYTES = 10
    page = upload(client, agent.pk, b"[" + b" " * 20 + b"]")
    assert page.status_code == 413 and "the limit is" in page.content.decode()


def test_a_person_imports_so_many_files_a_day(settings: Any) -> None:
    settings.AGENTEX_IMPORTS_PER_DAY = 1
    client, agent = client_of(somebody()), an_agent()
    assert upload(client, agent.pk, b"[]").status_code == 200
    refused = upload(client, agent.pk, b"[]")
    assert refused.status_code == 429 and "1 file a day" in refused.content.decode()
    assert int(refused.headers["Retry-After"]) > 80_000


def test_a_link_is_read_by_people_with_an_account_until_it_is_revoked(settings: Any) -> None:
    ada, reader = somebody(), client_of(somebody())
    task = a_chat(ada, "For your eyes", "Look here.")
    client = client_of(ada)
    dialog = client.post(f"/tasks/{task.pk}/share/").content.decode()
    link = Share.objects.get(task=task)
    assert f"/share/{link.token}/" in dialog
    page = reader.get(f"/share/{link.token}/")
    assert "Look here." in page.content.decode() and "noindex" in page.headers["X-Robots-Tag"]
    # Reading without an account works only if the site allows it.
    nobody = Client()
    assert nobody.get(f"/share/{link.token}/").status_code == 302
    settings.AGENTEX_PUBLIC_SHARES = True
    assert "Look here." in nobody.get(f"/share/{link.token}/").content.decode()
    assert nobody.get(f"/tasks/{task.pk}/").status_code == 302
    assert link.token in client.get("/shares/").content.decode()
    assert client.post(f"/shares/{link.pk}/revoke/").status_code == 200
    assert reader.get(f"/share/{link.token}/").status_code == 404
    assert nobody.get(f"/share/{link.token}/").status_code == 404


def test_a_deleted_chats_link_does_not_work() -> None:
    ada = somebody()
    task = a_chat(ada)
    client = client_of(ada)
    client.post(f"/tasks/{task.pk}/share/")
    token = Share.objects.get(task=task).token
    client.post("/chats/arrange/", {"action": "delete", "ids": [str(task.pk)]})
    assert client.get(f"/share/{token}/").status_code == 404


def test_files_are_reached_through_a_link_only_if_it_has_them() -> None:
    ada, reader = somebody(), client_of(somebody())
    task, other = a_chat(ada), a_chat(ada)
    files = []
    for each in (task, other):
        question = Message.objects.get(turn__task=each, author="user")
        file = Attachment(
            owner=ada, message=question, name="n.txt", content_type="text/plain", size=5, text="hello"
        )
        file.file.save(file.pk.hex, ContentFile(b"hello"), save=False)
        file.save(force_insert=True)
        question.data = {"attachments": [{"id": str(file.pk), "name": "n.txt"}]}
        question.save()
        files.append(file)
    client = client_of(ada)
    client.post(f"/tasks/{task.pk}/share/", {"with_tools": "on"})
    token = Share.objects.get(task=task).token
    assert "n.txt" in reader.get(f"/share/{token}/").content.decode()
    assert reader.get(f"/share/{token}/files/{files[0].pk}/").status_code == 404
    client.post(f"/tasks/{task.pk}/share/", {"with_files": "on"})
    answer = reader.get(f"/share/{token}/files/{files[0].pk}/")
    assert answer.content == b"hello" and "sandbox" in answer.headers["Content-Security-Policy"]
    # A file of the same person's other chat is not available through this link, and no file without a link.
    assert reader.get(f"/share/{token}/files/{files[1].pk}/").status_code == 404
    assert reader.get(f"/attachments/{files[0].pk}/").status_code == 404
