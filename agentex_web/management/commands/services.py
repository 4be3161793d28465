"""`manage.py services`, so that Django lists the command and its options; embedded/run.py does the work."""

from agentex_web.management.commands.run import Command as RunCommand


class Command(RunCommand):
    help = (
        "Runs the services without an address in the settings until Ctrl-C: Temporal, Redis, the demo model."
    )
    name = "services"
