"""`manage.py check`: Django's own checks, then the files in agents/."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.check import Command as DjangoCheck


class Command(DjangoCheck):
    help = DjangoCheck.help + " Also checks the agents in agents/."

    def handle(self, *app_labels: Any, **options: Any) -> None:
        super().handle(*app_labels, **options)
        if app_labels or options.get("tags") or options.get("list_tags"):
            return
        # Not a system check: those run before every command, and this one loads the Agents SDK.
        from agentex_web.catalog.checking import NotChecked, check_agents
        from agentex_web.catalog.fatal_imports import FatalImports

        self.stdout.flush()
        try:
            found = check_agents(FatalImports(settings.DATA_DIR / "imports"))
        except NotChecked as error:
            raise CommandError(str(error)) from None
        for warning in found.warnings:
            self.stdout.write(self.style.WARNING(warning))
        for reason in found.broken:
            self.stderr.write(self.style.ERROR(reason))
        if found.broken:
            number = len(found.broken)
            raise CommandError(f"{number} agent{'' if number == 1 else 's'} in agents/ cannot be used.")
        self.stdout.write(f"Agents: {', '.join(found.agents) or 'none'}.")
