"""Admin pages for accounts and sessions. Before a deletion of accounts they show only counts: there may be a
million messages.
"""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from allauth.usersessions.admin import UserSessionAdmin
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agentex_web.accounts.deletion import DeletionRefused, are_the_only_administrators, delete_account
from agentex_web.tasks.models import Attachment, Task

admin.site.unregister([User, UserSession])

if TYPE_CHECKING:
    _Form = UserChangeForm[User]
else:
    _Form = UserChangeForm


RIGHTS = ("is_active", "is_staff", "is_superuser")
"""What an administrator needs."""


class UserForm(_Form):
    """Django's form, which leaves the site an administrator."""

    def clean(self) -> dict[str, Any] | None:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        stays = all(data.get(name, getattr(self.instance, name)) for name in RIGHTS)
        # The admin's view is a transaction, so the lock lasts until the account is saved.
        if not stays and are_the_only_administrators([self.instance], lock=True):
            raise ValidationError(
                _("This is the only administrator. Make someone else an administrator first.")
            )
        return data


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    form = UserForm
    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "last_login")
    list_per_page = 50
    list_max_show_all = 50

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Overrides Django's method, which deletes everything in the transaction of its view."""
        transaction.on_commit(partial(_delete, request, obj))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            transaction.on_commit(partial(_delete, request, user))

    def get_deleted_objects(self, objs: Iterable[Any], request: HttpRequest) -> Any:
        """Overrides Django's method: returns the listed objects, the numbers, the missing permissions,
        and whom the site cannot be without."""
        users = list(objs)
        tasks = Task.objects.filter(owner__in=users).count()
        counts = {
            User._meta.verbose_name_plural: len(users),
            Task._meta.verbose_name_plural: tasks,
            Attachment._meta.verbose_name_plural: Attachment.objects.filter(owner__in=users).count(),
        }
        missing = set() if not tasks or request.user.has_perm("tasks.delete_task") else {_("tasks")}
        kept = (
            [str(user) for user in users if user.is_superuser] if are_the_only_administrators(users) else []
        )
        return [str(user) for user in users], counts, missing, kept


@admin.register(UserSession)
class SessionAdmin(UserSessionAdmin):
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuses filters on the key: whoever finds it character by character is that person."""
        if lookup.split("__", maxsplit=1)[0] == "session_key":
            return False
        return bool(super().lookup_allowed(lookup, value, request))


def _delete(request: HttpRequest, user: User) -> None:
    try:
        delete_account(user)
    except DeletionRefused as refused:
        # Another administrator was removed since this one was chosen.
        messages.error(request, f"{user}: {refused}")
