"""API keys, invitations, accounts that are being deleted, and the mark that the first account was created."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FirstAccount(models.Model):
    """One row, written when the first account is created. From then on the set-up link is closed for good."""

    ONLY: ClassVar[int] = 1

    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"The first account was created at {self.created_at:%Y-%m-%d %H:%M}"


def in_invitation_days() -> datetime:
    return timezone.now() + timedelta(days=settings.AGENTEX_INVITATION_DAYS)


class Invitation(models.Model):
    """A link with which one person creates one account."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email address"))
    groups = models.ManyToManyField(Group, blank=True, help_text=_("The groups of the new account."))
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("The new account may open this admin.")
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="invitations",
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    mailed = models.BooleanField(default=False, editable=False, help_text="The link was sent by mail.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=in_invitation_days)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.email

    @property
    def state(self) -> State:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.OPEN if self.expires_at > timezone.now() else self.State.EXPIRED


class ApiKey(models.Model):
    """A key with which a program acts as a person. Only its hash is stored, so it can be shown only once."""

    NAME_LENGTH = 100

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    start = models.CharField(
        _("begins with"), max_length=20, editable=False, help_text="Its first characters, to recognise it."
    )
    digest = models.CharField(
        max_length=64, unique=True, editable=False, help_text="The SHA-256 of the key, in hexadecimal."
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    used_at = models.DateTimeField(
        _("last used"), null=True, blank=True, editable=False, help_text="To the minute."
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name or f"{self.start}…"

    @property
    def is_valid(self) -> bool:
        """True unless it was revoked or has expired. Whether its person is active is another question."""
        return self.revoked_at is None and not self.has_expired

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


class AccountDeletion(models.Model):
    """An account that is being deleted. A worker deletes what a request could not (accounts/deletion.py)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.user_id)
