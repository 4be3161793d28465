"""Two acts at the same moment: the first one counts, and the second is answered."""

from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import Http404

from agentex_web.sharing import links
from agentex_web.tasks import attachments
from agentex_web.tasks.models import Attachment, Message, Task, Turn
from tests.support.accounts import fresh_counts, kept_record
from tests.support.own_chats import a_chat, somebody

__all__ = ["fresh_counts", "kept_record"]


pytestmark = pytest.mark.usefixtures("kept_record", "fresh_counts")


def test_a_chat_that_is_deleted_meanwhile_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    task = a_chat(somebody())
    last_ended = links._last_ended

    def deleted_meanwhile(shared: Task) -> Turn | None:
        head = last_ended(shared)
        Task.objects.filter(pk=shared.pk).delete()
        return head

    monkeypatch.setattr(links, "_last_ended", deleted_meanwhile)
    with pytest.raises(Http404):
        links.share(task, with_tools=False, with_files=False)


def test_of_two_messages_that_take_a_file_at_once_the_second_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada = somebody()
    first, second = (a_chat(ada).turns.get().messages.get(author="user") for _ in range(2))
    file = Attachment.objects.create(owner=ada, name="a.txt", content_type="text/plain", size=1)
    defer = QuerySet.defer

    def found_before_the_other_took_it(rows: Any, *fields: str) -> Any:
        monkeypatch.setattr(QuerySet, "defer", defer)
        found = list(rows)
        attachments.claim(ada.pk, first, [file.pk])
        return found

    monkeypatch.setattr(QuerySet, "defer", found_before_the_other_took_it)
    with pytest.raises(attachments.AttachmentRefused):
        attachments.claim(ada.pk, second, [file.pk])
    assert "attachments" not in Message.objects.get(pk=second.pk).data
