"""From settings to a supervisor that is ready to run: what `services` and `run` have in common."""

import contextlib
from collections.abc import Callable, Iterator, Sequence

from django.conf import settings

from agentex_web.embedded import addresses, lock
from agentex_web.embedded.needed import needed_services
from agentex_web.embedded.part import Part
from agentex_web.embedded.supervisor import Supervisor


@contextlib.contextmanager
def supervisor_of_services(
    say: Callable[[str], None], more: Sequence[Part] = (), before: Callable[[], None] = lambda: None
) -> Iterator[tuple[Supervisor, list[Part]]]:
    """A supervisor for the services that are needed and for `more`, and the services.

    The data directory is locked and `services.json` written for as long as the block runs.

    Args:
        before: called when the directory is locked and nothing has been done yet.

    Raises:
        CannotStart: see there.
    """
    with lock.supervising(settings.DATA_DIR, say) as descriptor:
        before()
        services = needed_services(settings.DATA_DIR)
        with addresses.published(settings.DATA_DIR, services):
            supervisor = Supervisor(
                [*services, *more],
                lock=descriptor,
                folder=str(settings.BASE_DIR),
                grace=settings.AGENTEX_WORKER_GRACE_SECONDS,
            )
            supervisor.listen_for_signals()
            yield supervisor, services
