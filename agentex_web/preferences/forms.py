"""The form of the settings page."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from agentex_web.languages.choice import zone_names
from agentex_web.preferences.models import INSTRUCTIONS_LENGTH, Preferences

if TYPE_CHECKING:
    _Form = forms.ModelForm[Preferences]
else:
    _Form = forms.ModelForm


class PreferencesForm(_Form):
    """The person's settings. An empty language or time zone means the browser's."""

    class Meta:
        model = Preferences
        fields = (
            "instructions",
            "language",
            "time_zone",
            "density",
            "send_key",
            "notifications",
            "sound",
            "mail",
        )
        labels = {
            "instructions": _("Custom instructions"),
            "language": _("Language"),
            "time_zone": _("Time zone"),
            "density": _("Density"),
            "send_key": _("Sending messages"),
            "notifications": _("Show a notification when an answer is ready or an agent needs me"),
            "sound": _("Play a sound with it"),
            "mail": _("Email me when an agent in the background finishes or needs me"),
        }
        help_texts = {
            "instructions": _(
                "What agents should know about you and how they should answer. It is sent with every "
                "new message, to agents that accept it. Up to %(limit)d characters."
            ),
            "language": "",
            "time_zone": "",
            "notifications": _("While a page of this site is open. Your browser will ask for permission."),
        }
        widgets = {
            "instructions": forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
            "density": forms.RadioSelect,
            "send_key": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not above: there, "%" would fix the language of the first import.
        help_text = self.fields["instructions"].help_text
        self.fields["instructions"].help_text = str(help_text) % {"limit": INSTRUCTIONS_LENGTH}
        if not (settings.AGENTEX_BACKGROUND_MAIL and settings.EMAIL_URL):
            del self.fields["mail"]
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), required=False, choices=[("", _("Same as the browser")), *settings.LANGUAGES]
        )
        zones = sorted(zone_names() - {"localtime", "Factory"})
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            required=False,
            choices=[("", _("Same as the browser")), *((zone, zone.replace("_", " ")) for zone in zones)],
        )
