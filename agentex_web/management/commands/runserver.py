"""`manage.py runserver`: daphne's development server, at the HOST and PORT of the settings."""

from daphne.management.commands.runserver import Command as DaphneCommand  # type: ignore[import-untyped]
from django.conf import settings


class Command(DaphneCommand):  # type: ignore[misc]
    default_addr = settings.HOST
    default_port = str(settings.PORT)
