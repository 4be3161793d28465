"""`manage.py invite EMAIL`: prints a link with which someone creates an account."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from agentex_web.accounts import invitations
from agentex_web.accounts.models import Invitation


class Command(BaseCommand):
    help = "Invites somebody: prints the link, and mails it if EMAIL_URL is set."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="Where the person gets mail; also the address of the new account.")
        parser.add_argument(
            "--group", action="append", default=[], help="A group of the new account; repeatable."
        )
        parser.add_argument("--staff", action="store_true", help="The new account may open the admin.")
        parser.add_argument(
            "--days",
            type=int,
            default=settings.AGENTEX_INVITATION_DAYS,
            help="How long the link is valid. Default: AGENTEX_INVITATION_DAYS.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.AGENTEX_SIGNUP == "closed":
            raise CommandError("AGENTEX_SIGNUP is closed: nobody can accept an invitation.")
        try:
            validate_email(options["email"])
            groups = [Group.objects.get(name=name) for name in options["group"]]
        except ValidationError:
            raise CommandError(f"“{options['email']}” is not an email address.") from None
        except Group.DoesNotExist:
            raise CommandError(f"There is no such group: {', '.join(options['group'])}") from None
        invitation = Invitation.objects.create(
            email=options["email"],
            is_staff=options["staff"],
            expires_at=timezone.now() + timedelta(days=options["days"]),
        )
        invitation.groups.set(groups)
        invitations.send(invitation)
        self.stdout.write(invitations.link_of(invitation))
