"""No list and no page of the admin shows what rows say as markup. tests/browser/test_payloads.py opens some of them."""

import re

from django.contrib.auth.models import User
from django.test import Client
from django.utils.html import escape

from agentex_web.tasks.models import Attachment, Feedback, Message, Span
from tests.support.hostile_chat import SHORT, hostile_chat
from tests.support.payloads import payloads
from tests.support.people import new_person

NOWHERE = "listener.example"
LISTS = ("task", "message", "turn", "attachment", "agent", "feedback", "span")
ADDRESS = re.compile(r"""(?:href|src)=["']?\s*(?:javascript|vbscript|data:)""", re.IGNORECASE)


def test_what_rows_say_is_text(admin_of: Client, chief: User) -> None:
    with new_person("http://127.0.0.1") as somebody:
        task = hostile_chat(somebody, NOWHERE).task
    task.refresh_from_db()
    turn = task.head
    assert turn is not None
    rows = [("task", task.pk), ("turn", turn.pk), ("agent", task.agent_id)]
    rows += [("message", each.pk) for each in Message.objects.filter(turn=turn)]
    for model in (Attachment, Feedback, Span):
        rows.append((model._meta.model_name, model.objects.get().pk))
    markup = [SHORT.format(NOWHERE), *(each for each in payloads(NOWHERE) if set("<\"'") & set(each))]
    shown = 0
    for path in (*(f"{name}/" for name in LISTS), *(f"{name}/{key}/change/" for name, key in rows)):
        answer = admin_of.get(f"/admin/tasks/{path}")
        assert answer.status_code == 200, path
        wrong = [each for each in markup if each in answer.text]
        assert not wrong, (path, wrong)
        assert not ADDRESS.search(answer.text), path
        shown += escape("window.ran=1</script>") in answer.text
    assert shown > 10
