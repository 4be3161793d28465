"""The command line: `agentex-web COMMAND`, `python -m agentex_web COMMAND` and `python manage.py COMMAND`."""

import gc
import os
import sys


def main() -> None:
    """Runs Django's command line with this project's settings.

    `run`, `services` and `runworker --reload` load no Django apps.
    """
    if sys.platform == "win32":
        sys.exit(
            "Agentex Web runs on Linux and macOS. On Windows, run it in WSL (https://learn.microsoft.com/windows/wsl)."
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agentex_web.settings")
    from environs import EnvError

    from agentex_web import places

    if sys.argv[1:2] in (["runworker"], ["runweb"]):
        # The imports of these commands create many objects but no garbage, and the collector takes a sixth of
        # their start-up time. The commands turn it on again.
        gc.disable()
    try:
        if sys.argv[1:] == ["runworker", "--reload"]:
            from agentex_web.management.reloading import serve_and_reload

            sys.exit(serve_and_reload())
        from agentex_web.embedded import run

        if run.is_command(sys.argv[1:]):
            sys.exit(run.main(sys.argv[1]))
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except EnvError as error:
        sys.exit(f"{error} ({places.EXAMPLE_ENV} explains each setting)")
