"""Invitations and API keys in the admin: send, list, send again, revoke."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentex_web.accounts import api_keys, invitations
from agentex_web.accounts.models import ApiKey, Invitation


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin[Invitation]):
    list_display = ("email", "state", "is_staff", "mailed", "invited_by", "created_at", "expires_at")
    list_filter = ("is_staff", "created_at")
    list_select_related = ("invited_by",)
    search_fields = ("email",)
    filter_horizontal = ("groups",)
    actions = ("send_again", "revoke")
    readonly_fields = ("state", "link", "mailed", "invited_by", "accepted_by", "accepted_at", "revoked_at")

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> tuple[str, ...]:
        given = ("email", "expires_at")
        # Only superusers can grant permissions.
        rights = ("is_staff", "groups") if _may_give_rights(request) or obj else ()
        if obj is None:
            return (*given, *rights)
        shown = [name for name in self.readonly_fields if name != "link" or _may_see_link(request, obj)]
        return (*given, *rights, *shown)

    def has_change_permission(self, *_: object) -> bool:
        """Invitations cannot be edited after they are sent."""
        return False

    @admin.display
    def state(self, invitation: Invitation) -> str:
        return str(invitation.state.label)

    @admin.display
    def link(self, invitation: Invitation) -> SafeString | str:
        if not invitations.is_open(invitation):
            return str(gettext_lazy("closed"))
        return format_html("<code>{}</code>", invitations.link_of(invitation))

    def save_model(
        self, request: HttpRequest, obj: Invitation, form: ModelForm[Invitation], change: Any
    ) -> None:
        obj.invited_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._send(request, form.instance)

    @admin.action(description=gettext_lazy("Send the link again"), permissions=("add",))
    def send_again(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        for invitation in chosen:
            if invitations.is_open(invitation):
                self._send(request, invitation)

    @admin.action(description=gettext_lazy("Revoke"), permissions=("add",))
    def revoke(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        revoked = sum(invitations.revoke(invitation) for invitation in chosen)
        self.message_user(
            request, _("Revoked: %(number)s of %(count)s.") % {"number": revoked, "count": len(chosen)}
        )

    def _send(self, request: HttpRequest, invitation: Invitation) -> None:
        if invitations.send(invitation):
            self.message_user(request, _("The link was sent to %(email)s.") % {"email": invitation.email})
        elif not _may_see_link(request, invitation):
            words = _("No mail was sent, and only an administrator sees this link, because it gives rights.")
            self.message_user(request, words, messages.WARNING)
        else:
            link = format_html(
                _("No mail was sent. Give {} this link: <code>{}</code>"),
                invitation.email,
                invitations.link_of(invitation),
            )
            self.message_user(request, link, messages.WARNING)


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin[ApiKey]):
    """Lists keys without the keys: only their hashes are stored."""

    list_display = ("start", "person", "name", "created_at", "used_at", "expires_at", "revoked_at")
    list_filter = ("created_at", "used_at", "revoked_at")
    list_select_related = ("person",)
    search_fields = ("start", "name", "person__username")
    fields = ("start", "person", "name", "created_at", "used_at", "expires_at", "revoked_at")
    actions = ("revoke",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuses filters by the hash; a URL may name any field of the row."""
        return not lookup.startswith("digest") and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, *_: object) -> bool:
        """A key is shown only to the person who creates it (accounts/key_pages.py)."""
        return False

    def has_change_permission(self, *_: object) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: ApiKey) -> None:
        self.delete_queryset(request, ApiKey.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Revokes the keys first, so that what they have open ends at once."""
        api_keys.revoke(queryset)
        super().delete_queryset(request, queryset)

    @admin.action(description=gettext_lazy("Revoke"), permissions=("delete",))
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiKey]) -> None:
        count = chosen.count()
        revoked = api_keys.revoke(chosen)
        self.message_user(
            request, _("Revoked: %(number)s of %(count)s.") % {"number": revoked, "count": count}
        )


def _may_give_rights(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _may_see_link(request: HttpRequest, invitation: Invitation) -> bool:
    """False if the link would give whoever opens it rights that this person may not give."""
    return _may_give_rights(request) or not (invitation.is_staff or invitation.groups.exists())
