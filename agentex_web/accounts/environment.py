"""The first account from DJANGO_SUPERUSER_USERNAME, _EMAIL and _PASSWORD, as Django's command reads them."""

import os

from django.contrib.auth.models import User
from django.core.management import call_command


def create_superuser_from_environment() -> None:
    """Creates the superuser if the variables are set and no user has that name yet.

    Raises:
        CommandError: Django's `createsuperuser` refuses one of the values.
    """
    username = os.environ.get("DJANGO_SUPERUSER_USERNAME")
    if not (username and os.environ.get("DJANGO_SUPERUSER_PASSWORD")):
        return
    if not User.objects.filter(username=username).exists():
        # The command requires the variable to be set, but accepts an empty address.
        os.environ.setdefault("DJANGO_SUPERUSER_EMAIL", "")
        call_command("createsuperuser", interactive=False, verbosity=0)
