"""A chat that belongs to Ada with a row of every kind, and people in every role who try its addresses."""

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.core import serializers
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from agentex_web.accounts.models import ApiKey, Invitation
from agentex_web.announcements.models import Announcement
from agentex_web.imports.models import Import
from agentex_web.languages.scripts import version
from agentex_web.positions import OPENING
from agentex_web.prompts.models import Prompt
from agentex_web.schedules.models import Schedule, ScheduledRun
from agentex_web.sharing.models import Share
from agentex_web.tasks.models import Agent, Attachment, Feedback, Folder, Message, Span, Task, Turn
from agentex_web.waits.models import Allowed, Decision, Wait

ROLES = ("nobody", "stranger", "staff", "reader", "owner", "administrator")
"""Staff have no permissions. Readers are staff who may view every row in the admin and read messages."""


def user(role: str, **fields: Any) -> User:
    return User.objects.create_user(f"{role}-{uuid.uuid4().hex[:10]}", password=None, **fields)


class World:
    """
    Attributes:
        people: accounts by role; None for "nobody".
        ids: the key of one row of each model, by the model's part of the admin's addresses.
    """

    @transaction.atomic
    def __init__(self) -> None:
        ada = user("ada")
        self.people: dict[str, User | None] = {
            "nobody": None,
            "stranger": user("stranger"),
            "staff": user("staff", is_staff=True),
            "reader": user("reader", is_staff=True),
            "owner": ada,
            "administrator": user("root", is_staff=True, is_superuser=True),
        }
        reader = self.people["reader"]
        assert reader is not None
        reader.user_permissions.set(
            [*Permission.objects.filter(codename__startswith="view_"), *_rights("read_messages")]
        )
        # One for all: every page lists the agents, and those of 200 worlds would be on each page of later tests.
        self.agent, _ = Agent.objects.update_or_create(
            name="quiet-walk",
            defaults={
                "title": "Quiet",
                "workflow": "w",
                "task_queue": "nobody",
                "available": True,
                "seen_at": timezone.now(),
            },
        )
        self.task = Task.objects.create(owner=ada, agent=self.agent, title="A chat of Ada's")
        self.folder = Folder.objects.create(owner=ada, name="Work")
        self.turn = Turn.objects.create(task=self.task, status=Turn.Status.DONE)
        self.share = Share.objects.create(task=self.task, head=self.turn)
        question = Message.objects.create(
            turn=self.turn, pk=self.turn.pk, position=OPENING, author="user", content="a secret word"
        )
        self.answer = Message.objects.create(
            turn=self.turn,
            position="000001",
            author="agent",
            content="an answer",
            # A page that shows an answer without it renders and keeps it.
            html="<p>an answer</p>",
        )
        Task.objects.filter(pk=self.task.pk).update(head=self.turn)
        self.file = Attachment(owner=ada, message=question, name="n.txt", content_type="text/plain", size=1)
        self.file.file.save(self.file.pk.hex, ContentFile(b"x"), save=False)
        self.file.save()
        self.import_ = Import.objects.create(owner=ada, agent=self.agent, name="a secret word", status="done")
        self.rows: list[Model] = [self.agent, self.task, self.turn, question, self.answer, self.file]
        self._add_schedule(ada)
        self._add_others(ada)
        self.prompt = Prompt.objects.create(owner=ada, title="a secret word", text="a secret word")
        # Ended: others would be on the pages of later tests.
        self.announcement = Announcement.objects.create(text="Maintenance", ends_at=timezone.now())
        self.rows += [self.prompt, self.announcement]
        self.ids = {f"{row._meta.app_label}/{row._meta.model_name}": row.pk for row in [*self.rows, ada]}

    def _add_schedule(self, ada: User) -> None:
        self.schedule = Schedule.objects.create(
            owner=ada,
            agent=self.agent,
            name="a secret word",
            prompt="a secret word",
            cron="0 8 * * *",
            applied=1,
        )
        run = ScheduledRun.objects.create(schedule=self.schedule, due_at=timezone.now(), task=self.task)
        self.rows += [self.schedule, run]

    def _add_others(self, ada: User) -> None:
        account = SocialAccount.objects.create(user=ada, provider=f"p-{uuid.uuid4().hex[:10]}", uid="1")
        app = SocialApp.objects.create(
            provider="openid_connect", provider_id=account.provider, name="An OIDC provider", client_id="c"
        )
        self.wait = Wait.objects.create(task=self.task, turn=self.turn, kind="approval", workflow_id="none")
        Message.objects.create(
            pk=self.wait.pk, turn=self.turn, position="000002", author="agent", kind="approval"
        )
        self.key = ApiKey.objects.create(
            person=ada, name="a secret word", start="agx_secret", digest=uuid.uuid4().hex
        )
        self.rows += [
            self.wait,
            Decision.objects.create(wait=self.wait, name="ada"),
            Allowed.objects.create(task=self.task, tool="look"),
            Feedback.objects.create(message=self.answer, user=ada, value=1),
            Span.objects.create(
                task=self.task, trace_id=str(self.task.pk), name="s", started_at=timezone.now()
            ),
            self.key,
            Invitation.objects.create(email="eve@example.org"),
            LogEntry.objects.create(user=ada, object_repr="x", action_flag=CHANGE),
            Group.objects.create(name=uuid.uuid4().hex),
            EmailAddress.objects.create(user=ada, email=f"{uuid.uuid4().hex[:10]}@example.org"),
            UserSession.objects.create(user=ada, session_key=uuid.uuid4().hex, ip="127.0.0.1"),
            account,
            app,
            SocialToken.objects.create(account=account, app=app, token="t"),
        ]

    def values(self, route: str) -> dict[str, Any]:
        """Values for the parts of a route."""
        model = "/".join(route.split("/")[1:3])
        return {
            "task_id": self.task.pk,
            "turn_id": self.turn.pk,
            "message_id": self.answer.pk,
            "wait_id": self.wait.pk,
            "attachment_id": self.file.pk,
            "folder_id": self.folder.pk,
            "schedule_id": self.schedule.pk,
            "prompt_id": self.prompt.pk,
            "announcement_id": self.announcement.pk,
            "share_id": self.share.pk,
            "key_id": self.key.pk,
            "file_id": self.file.pk,
            "import_id": self.import_.pk,
            "object_id": self.ids.get(model, "1"),
            "id": self.ids["auth/user"],
            "token": "no-such-token",
            "key": "no-such-key",
            "uidb36": "1",
            "provider_id": "none",
            "content_type_id": "1",
            "app_label": "tasks",
            "url": "nothing-here",
            "language": "de",
            "revision": version("de"),
            "name": self.agent.pk,
            "response_id": f"resp_{self.turn.pk.hex}",
            "rest": "nothing-here",
        }

    def client(self, role: str, **more: Any) -> Client:
        client = Client(headers={"host": "127.0.0.1"}, **more)
        person = self.people[role]
        if person is not None:
            client.force_login(person)
        return client

    def record(self) -> dict[str, str]:
        """The current content of the chat's rows and related rows, by label and key."""
        # A session row without a session is deleted when its owner opens the list of sessions.
        lasting = [row for row in self.rows if not isinstance(row, UserSession)]
        chat = [
            *lasting,
            *Turn.objects.filter(task=self.task),
            *Message.objects.filter(turn__task=self.task),
        ]
        found: dict[str, str] = {}
        for row in chat:
            fresh = apps.get_model(row._meta.label)._default_manager.filter(pk=row.pk)
            found[f"{row._meta.label} {row.pk}"] = serializers.serialize("json", fresh)
        return found


def _rights(*names: str) -> list[Permission]:
    return list(Permission.objects.filter(codename__in=names))
