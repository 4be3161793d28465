"""Announcements in the admin: staff with the permission write, change and delete them."""

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

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name == "language":
            choices = [("", _("All languages")), *settings.LANGUAGES]
            return forms.ChoiceField(
                label=_("Language"), help_text=db_field.help_text, required=False, choices=choices
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)
