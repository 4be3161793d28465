"""`manage.py services`, so that Django lists the command and its options; embedded/run.py does the work."""

from agentex_web.management.commands.run import Command as RunCommand


class Command(RunCommand):
    help = (
        "Runs Temporal, Redis and the demo model until Ctrl-C, except those with an address in the settings."
    )
    name = "services"
