"""Announcements in the admin: staff with the permission write, change and delete them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agentex_web.announcements.models import Announcement


@admin.register(Announcement)
class AnnouncementAdmin(admin.ModelAdmin[Announcement]):
    list_display = ("text", "level", "language", "begins_at", "ends_at")
    list_filter = ("level",)
    fields = ("text", "level", "begins_at", "ends_at", "language", "dismissible", "before_login")

    def get_deleted_objects(self, objs: Iterable[Any], request: HttpRequest) -> Any:
        """Overrides Django's method, which also lists each person who has dismissed the announcement."""
        rows = [str(row) for row in objs]
        missing = set() if self.has_delete_permission(request) else {Announcement._meta.verbose_name}
        return rows, {Announcement._meta.verbose_name_plural: len(rows)}, missing, []

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name == "language":
            choices = [("", _("All languages")), *settings.LANGUAGES]
            return forms.ChoiceField(
                label=_("Language"), help_text=db_field.help_text, required=False, choices=choices
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)
