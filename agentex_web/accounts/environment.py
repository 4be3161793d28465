"""The first account from DJANGO_SUPERUSER_USERNAME, _EMAIL and _PASSWORD, as Django's command reads them."""

import os

from django.contrib.auth.models import User
from django.core.management import call_command


def create_superuser_from_environment() -> None:
    """Make it if it is asked for and there is no such user yet.

    Raises:
        CommandError: a value that Django's `createsuperuser` does not take.
    """
    username = os.environ.get("DJANGO_SUPERUSER_USERNAME")
    if not (username and os.environ.get("DJANGO_SUPERUSER_PASSWORD")):
        return
    if not User.objects.filter(username=username).exists():
        # The command insists on the variable, not on an address.
        os.environ.setdefault("DJANGO_SUPERUSER_EMAIL", "")
        call_command("createsuperuser", interactive=False, verbosity=0)
