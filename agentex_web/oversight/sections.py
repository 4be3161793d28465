"""Groups the admin's pages by subject."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        _("Conversations"),
        (
            "tasks.Task",
            "tasks.Turn",
            "tasks.Message",
            "tasks.Feedback",
            "tasks.Attachment",
            "tasks.Span",
            "waits.Wait",
            "waits.Allowed",
        ),
    ),
    (_("Agents"), ("tasks.Agent", "schedules.Schedule", "schedules.ScheduledRun")),
    (
        _("People"),
        (
            "auth.User",
            "auth.Group",
            "accounts.Invitation",
            "accounts.ApiKey",
            "account.EmailAddress",
            "announcements.Announcement",
        ),
    ),
    (_("Security"), ("admin.LogEntry", "usersessions.UserSession")),
)
"""The models under each heading, in order. Models that are not listed stay under their app's name."""


def by_section(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Groups the admin's pages by subject.

    Args:
        apps: the result of Django's `get_app_list`.

    Returns:
        The same pages under the headings of ``SECTIONS``, followed by the other apps.
    """
    found = {_key(app, model): (app, model) for app in apps for model in app["models"]}
    sections = []
    for number, (name, keys) in enumerate(SECTIONS):
        own = [found.pop(key) for key in keys if key in found]
        if own:
            app, first = own[0]
            models = [model for _app, model in own]
            address = first["admin_url"] or app["app_url"]
            place = {"app_label": f"section-{number}", "app_url": address}
            sections.append({**app, **place, "name": name, "models": models})
    for app in apps:
        rest = [model for model in app["models"] if _key(app, model) in found]
        if rest:
            sections.append({**app, "models": rest})
    return sections


def _key(app: dict[str, Any], model: dict[str, Any]) -> str:
    return f"{app['app_label']}.{model['object_name']}"
