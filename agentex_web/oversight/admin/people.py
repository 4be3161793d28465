"""Admin pages for accounts. Before a deletion they show only counts: there may be a million messages."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agentex_web.accounts.deletion import are_the_only_administrators, delete_account
from agentex_web.tasks.models import Attachment, Task

admin.site.unregister(User)


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "last_login")
    list_per_page = 50
    list_max_show_all = 50

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Overrides Django's method, which deletes everything in the transaction of its view."""
        transaction.on_commit(partial(delete_account, obj))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            transaction.on_commit(partial(delete_account, user))

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
