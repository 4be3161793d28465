"""Invitations: a signed link that creates one account, once, unless it expires or is revoked first."""

import logging
import uuid
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agentex_web.accounts.forms import InvitedForm
from agentex_web.accounts.models import Invitation
from agentex_web.accounts.setup import origin

logger = logging.getLogger(__name__)

_SIGNER = signing.Signer(salt="agentex_web.accounts.invitations")


class InvitationClosed(Exception):
    """The invitation was accepted, was revoked or has expired, or the site allows no sign-ups."""


def trusted_origin() -> str:
    """The site's public address according to the settings: the first trusted origin; empty without one."""
    return next((each for each in settings.CSRF_TRUSTED_ORIGINS if "*" not in each), "")


def public_origin() -> str:
    """The site's public address: the first trusted origin, or this machine's address without one."""
    return trusted_origin() or origin()


def link_of(invitation: Invitation) -> str:
    return public_origin() + reverse("accounts:invitation", args=[_SIGNER.sign(str(invitation.pk))])


def find(token: str) -> Invitation | None:
    """Returns a link's invitation in any state; None if this site did not sign the link."""
    try:
        key = uuid.UUID(_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.filter(pk=key).first()


def is_open(invitation: Invitation | None) -> bool:
    return (
        settings.AGENTEX_SIGNUP != "closed"
        and invitation is not None
        and invitation.state == Invitation.State.OPEN
    )


def send(invitation: Invitation) -> bool:
    """Mails the link. Returns False if no mail could be sent; a failure of the mail server is logged."""
    if not settings.EMAIL_URL:
        return False
    context = {"invitation": invitation, "link": link_of(invitation), "site": public_origin()}
    try:
        send_mail(
            _("You have been invited to Agentex"),
            render_to_string("accounts/email/invitation.txt", context),
            None,
            [invitation.email],
        )
    except (OSError, SMTPException) as error:
        logger.warning("Invitation %s: no mail was sent (%s)", invitation.pk, error)
        return False
    Invitation.objects.filter(pk=invitation.pk).update(mailed=True)
    return True


def revoke(invitation: Invitation) -> bool:
    """Revokes an open invitation. Returns False if it was not open."""
    if invitation.state != Invitation.State.OPEN:
        return False
    return bool(
        Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
            revoked_at=timezone.now()
        )
    )


def accept(invitation: Invitation, form: InvitedForm) -> User:
    """Creates the account of a valid form, with the groups and rights that the invitation grants.

    Raises:
        InvitationClosed: someone else accepted the invitation first, or it was revoked in the meantime.
    """
    with transaction.atomic():
        locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if not is_open(locked):
            raise InvitationClosed
        form.instance.email = locked.email
        form.instance.is_staff = locked.is_staff
        user = form.save()
        user.groups.set(locked.groups.all())
        # A mailed link proves that the person owns the address; a link passed on otherwise proves nothing.
        EmailAddress.objects.create(
            user=user, email=locked.email.lower(), primary=True, verified=locked.mailed
        )
        locked.accepted_by, locked.accepted_at = user, timezone.now()
        locked.save(update_fields=("accepted_by", "accepted_at"))
        return user
