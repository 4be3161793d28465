"""`manage.py check`: Django's own checks, then the files in agents/."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.check import Command as DjangoCheck


class Command(DjangoCheck):
    help = DjangoCheck.help + " Also checks the agents in agents/."

    def handle(self, *app_labels: Any, **options: Any) -> None:
        super().handle(*app_labels, **options)
        if app_labels or options.get("tags") or options.get("list_tags"):
            return
        # Not a system check: those run before every command, and this one loads the Agents SDK.
        from agentex_web.catalog.loading import load_catalog

        catalog = load_catalog()
        for warning in catalog.warnings:
            self.stdout.write(self.style.WARNING(warning))
        for reason in catalog.broken.values():
            self.stderr.write(self.style.ERROR(reason))
        if catalog.broken:
            number = len(catalog.broken)
            raise CommandError(f"{number} agent{'' if number == 1 else 's'} in agents/ cannot be used.")
        self.stdout.write(f"Agents: {', '.join(catalog.agents) or 'none'}.")
