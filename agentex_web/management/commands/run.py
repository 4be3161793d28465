"""`manage.py run`, so that Django lists the command and its options; embedded/run.py does the work."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Runs everything until Ctrl-C: the services of this machine, a worker and the web process."
    requires_system_checks = []
    name = "run"

    def handle(self, *args: Any, **options: Any) -> None:
        # Replaces this process by one without Django's apps, which saves memory while the parts run.
        os.execv(sys.executable, [sys.executable, "-m", "agentex_web", self.name])  # noqa: S606
