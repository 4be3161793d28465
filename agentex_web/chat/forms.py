"""The forms of the chat."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agentex_web.actions.refused import Refused
from agentex_web.actions.sending import check_count, checked_text
from agentex_web.tasks.models import Feedback, Folder


class IdForm(forms.Form):
    """The id that the browser gave what it sends, so that a repeated request is harmless."""

    # Empty without JavaScript; then each request gets an id of its own.
    id = forms.UUIDField(
        required=False, error_messages={"invalid": _("This page is out of date. Reload it.")}
    )

    def clean_id(self) -> uuid.UUID:
        return self.cleaned_data["id"] or uuid.uuid4()


class TextForm(forms.Form):
    """The text of a message; empty if it has none."""

    content = forms.CharField(strip=False, required=False)

    def clean_content(self) -> str:
        try:
            return checked_text(str(self.cleaned_data["content"]))
        except Refused as refused:
            raise ValidationError(refused.reason) from None


class EditForm(TextForm):
    """An edited message: its text, and which of its files to keep. Without JavaScript, all are kept."""

    choose_files = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """``keep`` becomes a set of ids, or None for all. A message needs words or files."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given = self.data.getlist("keep") if isinstance(self.data, QueryDict) else []
        data["keep"] = set(given) if data.get("choose_files") else None
        if "content" in data and not data["content"].strip() and not given:
            raise ValidationError(_("Write something first."))
        return data


class ContinueForm(forms.Form):
    """Continues an answer. ``number``: how often it was continued; makes repeated requests harmless."""

    number = forms.IntegerField(min_value=0, max_value=100_000)


class MessageForm(IdForm, TextForm):
    """A message: its id and its text."""

    to = forms.CharField(required=False, max_length=100)
    """The name of another agent that is to answer."""
    field_order = ("id", "content")

    def clean(self) -> dict[str, Any]:
        """A message needs words or files."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        # The field may be repeated, and a form field would keep only the last value.
        given = self.data.getlist("attachments") if isinstance(self.data, QueryDict) else []
        try:
            check_count(len(given))
            data["attachments"] = [uuid.UUID(each) for each in given]
        except Refused as refused:
            raise ValidationError(refused.reason) from None
        except ValueError:
            raise ValidationError(_("This page is out of date. Reload it.")) from None
        if "content" in data and not data["content"].strip() and not given:
            raise ValidationError(_("Write something first."))
        return data


class NewTaskForm(MessageForm):
    """The first message of a task, with the agent it is for."""

    agent = forms.CharField(error_messages={"required": _("Choose an agent first.")})
    temporary = forms.BooleanField(required=False)


class FeedbackForm(forms.Form):
    """A thumb: 1 up, -1 down, 0 neither."""

    value = forms.TypedChoiceField(choices=[(1, "up"), (-1, "down"), (0, "neither")], coerce=int)
    comment = forms.CharField(
        required=False,
        max_length=Feedback.COMMENT_LENGTH,
        error_messages={"max_length": _("A comment can have up to %(limit_value)d characters.")},
    )


class RenameForm(forms.Form):
    """A chat's new title."""

    title = forms.CharField(
        max_length=200,
        error_messages={
            "required": _("Write a title first."),
            "max_length": _("A title can have up to %(limit_value)d characters."),
        },
    )


class ArrangeForm(forms.Form):
    """An action on chats in the list. ``ids`` becomes a list, ``folder`` a number or None."""

    ACTIONS = ("pin", "unpin", "archive", "unarchive", "delete", "restore", "move", "seen")
    MOST = 500

    action = forms.ChoiceField(choices=[(each, each) for each in ACTIONS])
    folder = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given = self.data.getlist("ids") if isinstance(self.data, QueryDict) else []
        if not given:
            raise ValidationError(_("Choose a chat first."))
        if len(given) > self.MOST:
            raise ValidationError(_("You can change up to %(most)d chats at once.") % {"most": self.MOST})
        try:
            data["ids"] = list(dict.fromkeys(uuid.UUID(each) for each in given))
        except ValueError:
            raise ValidationError(_("This page is out of date. Reload it.")) from None
        return data


class DuplicateForm(IdForm):
    """The id of the copy."""


class FolderForm(forms.Form):
    """The name of a folder, in one line."""

    name = forms.CharField(
        max_length=Folder.NAME_LENGTH,
        error_messages={
            "required": _("Write a name first."),
            "max_length": _("A name can have up to %(limit_value)d characters."),
        },
    )

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())
