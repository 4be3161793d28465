"""The form of a schedule: people choose days and times, which are stored as a cron expression."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agentex_web.languages.choice import zone_names
from agentex_web.schedules.changing import ScheduleRefused, check_times
from agentex_web.schedules.models import Schedule
from agentex_web.schedules.times import DAYS, BadTimes, calendar_of, stored_zone, zone
from agentex_web.tasks.agents import GONE
from agentex_web.tasks.permissions import usable_agents

Cadence = Schedule.Cadence
NEEDS = {
    Cadence.ONCE: ("once",),
    Cadence.HOURLY: ("minute",),
    Cadence.DAILY: ("time",),
    Cadence.WEEKDAYS: ("time",),
    Cadence.WEEKLY: ("days", "time"),
    Cadence.MONTHLY: ("day", "time"),
    Cadence.CRON: ("cron",),
}
"""The fields that each cadence needs. The page hides the others (static/css/schedules.css)."""
MORNING = time(8)


def zones() -> list[tuple[str, str]]:
    return [(each, each.replace("_", " ")) for each in sorted(zone_names())]


class LocalTimeField(forms.Field):
    """A date and time in the time zone that the form names. Django's own field would use the server's."""

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            found = parse_datetime(str(value))
        except ValueError:
            found = None
        if found is None:
            raise ValidationError(gettext("Enter a date and a time."))
        return found.replace(tzinfo=None)


class TimesForm(forms.Form):
    """When a schedule runs."""

    cadence = forms.ChoiceField(label=_("When"), choices=Cadence.choices, initial=Cadence.DAILY)
    once = LocalTimeField(
        label=_("Date and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    minute = forms.IntegerField(label=_("Minutes past the hour"), required=False, min_value=0, max_value=59)
    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        required=False,
        coerce=int,
        choices=list(enumerate(DAYS, start=1)),
        widget=forms.CheckboxSelectMultiple,
    )
    day = forms.IntegerField(
        label=_("Day of the month"),
        required=False,
        min_value=1,
        max_value=31,
        help_text=_("Months without this day are skipped."),
    )
    time = forms.TimeField(
        label=_("Time"),
        required=False,
        initial=MORNING,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    cron = forms.CharField(
        label=_("Cron expression"),
        required=False,
        max_length=200,
        help_text=_("Minute, hour, day of the month, month, day of the week: 30 9 * * 1-5"),
        widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false"}),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    def clean(self) -> dict[str, Any]:
        """Adds ``cron`` and ``once_at`` as they are stored."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        cadence = data.get("cadence")
        if cadence not in NEEDS:
            return data
        for name in NEEDS[cadence]:
            if name not in self.errors and data.get(name) in (None, "", []):
                self.add_error(name, gettext("Fill this in."))
        if self.errors:
            return data
        data["once_at"] = None
        if cadence == Cadence.ONCE:
            try:
                data["once_at"] = data["once"].replace(tzinfo=zone(data["time_zone"])).astimezone(UTC)
            except OverflowError:
                self.add_error("once", gettext("Enter a date and a time."))
                return data
        data["cron"] = _cron(data)
        if self.times_changed(data):
            try:
                check_times(data["cron"], data["once_at"], data["time_zone"])
            except (ScheduleRefused, BadTimes) as refused:
                self.add_error(NEEDS[cadence][-1], str(refused))
        return data

    def times_changed(self, _data: dict[str, Any]) -> bool:
        """True if the times differ from the stored ones."""
        return True


class ScheduleForm(TimesForm):
    """A whole schedule.

    Args:
        owner: the form offers the agents that this person may use.
        schedule: the schedule to edit; None for a new one.
    """

    name = forms.CharField(label=_("Name"), max_length=200)
    agent = forms.ChoiceField(label=_("Agent"))
    prompt = forms.CharField(
        label=_("Message to the agent"), strip=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    overlap = forms.ChoiceField(
        label=_("If the previous run is still working"),
        choices=Schedule.Overlap.choices,
        initial=Schedule.Overlap.SKIP,
    )
    catch_up = forms.TypedChoiceField(
        label=_("If the server was down at that time"),
        coerce=int,
        choices=Schedule.CatchUp.choices,
        initial=Schedule.CatchUp.HOUR,
    )
    notify = forms.BooleanField(label=_("Notify me when a run ends"), required=False, initial=True)
    field_order = (
        "name", "agent", "prompt", "cadence", "once", "minute", "days", "day", "time", "cron", "time_zone",
        "overlap", "catch_up", "notify",
    )  # fmt: skip

    def __init__(self, *args: Any, owner: User, schedule: Schedule | None = None, **kwargs: Any) -> None:
        if schedule is not None:
            kwargs.setdefault("initial", _initial(schedule))
        super().__init__(*args, **kwargs)
        self.schedule = schedule
        agents = list(usable_agents(owner).exclude(error=GONE).order_by("-available", "title"))
        choices = [(each.name, each.title) for each in agents]
        if schedule is not None and schedule.agent_id not in dict(choices):
            choices.insert(0, (schedule.agent_id, schedule.agent.title))
        agent = self.fields["agent"]
        assert isinstance(agent, forms.ChoiceField)
        agent.choices = choices

    def clean_prompt(self) -> str:
        prompt = str(self.cleaned_data["prompt"]).replace("\r\n", "\n").strip()
        limit = settings.AGENTEX_MESSAGE_LENGTH
        if not prompt:
            raise ValidationError(gettext("Fill this in."))
        if len(prompt) > limit:
            raise ValidationError(
                gettext("The message has %(count)d characters; the limit is %(limit)d.")
                % {"count": len(prompt), "limit": limit}
            )
        return prompt

    def times_changed(self, data: dict[str, Any]) -> bool:
        row = self.schedule
        if row is None:
            return True
        return (row.cron, row.once_at, row.time_zone) != (data["cron"], data["once_at"], data["time_zone"])

    def row(self) -> dict[str, Any]:
        """The values of the model's fields. Only for a valid form."""
        data = self.cleaned_data
        kept = ("name", "prompt", "cadence", "cron", "once_at", "time_zone", "overlap", "catch_up", "notify")
        return {"agent_id": data["agent"], **{name: data[name] for name in kept}}


def _cron(data: dict[str, Any]) -> str:
    at: time = data.get("time") or MORNING
    match data["cadence"]:
        case Cadence.ONCE:
            return ""
        case Cadence.HOURLY:
            return f"{data['minute']} * * * *"
        case Cadence.DAILY:
            return f"{at.minute} {at.hour} * * *"
        case Cadence.WEEKDAYS:
            return f"{at.minute} {at.hour} * * 1-5"
        case Cadence.WEEKLY:
            return f"{at.minute} {at.hour} * * {','.join(map(str, sorted(data['days'])))}"
        case Cadence.MONTHLY:
            return f"{at.minute} {at.hour} {data['day']} * *"
        case _:
            return " ".join(data["cron"].split())


def _initial(schedule: Schedule) -> dict[str, Any]:
    kept = ("name", "prompt", "cadence", "time_zone", "overlap", "catch_up", "notify")
    initial = {"agent": schedule.agent_id, **{name: getattr(schedule, name) for name in kept}}
    if schedule.once_at is not None:
        local = schedule.once_at.astimezone(stored_zone(schedule.time_zone))
        return {**initial, "once": local.replace(tzinfo=None)}
    if schedule.cadence == Cadence.CRON:
        return {**initial, "cron": schedule.cron}
    numbers = calendar_of(schedule.cron)
    return {
        **initial,
        "minute": numbers.minutes[0],
        "time": time(numbers.hours[0], numbers.minutes[0]),
        "day": numbers.days[0],
        "days": [each or 7 for each in numbers.weekdays],
    }
