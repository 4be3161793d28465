"""Finds turns that nothing works on any more, and ends them with a reason, so that they can be retried.

A run that has ended, or whose workflow task fails again and again, will not answer. The turn that it had
begun becomes failed, or interrupted if a person pressed Stop. The turns that wait for it are delivered again,
to a new run with the current code.
"""

import asyncio
import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import RPC_TIMEOUT
from agentex_web.delivery.stopping import signal_stop
from agentex_web.journal import endings, turn_status, turns
from agentex_web.journal.record import record
from agentex_web.journal.stops import NOT_SEEN
from agentex_web.names import TASK_PREFIX, workflow_id_of
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database
from agentex_web.worker.hung_runs import HungRun
from agentex_web.worker.workflow_runs import (
    BLOCKED,
    CRASHED,
    NO_ANSWER,
    OWN_PREFIX,
    Run,
    Standing,
    latest_run,
    was_sent,
)

logger = logging.getLogger(__name__)

LOST_AFTER = timedelta(seconds=3)
"""How old an open turn must be before its workflow is checked."""
MOST_STARTS = 3
"""Limit on deliveries of one turn, as each may start a run that ends without an answer."""
BATCH = 100
HUNG_PAUSES = (0.5, 1.0, 2.0)
"""Seconds between attempts to end a run that hung a worker. If that fails, the run hangs this worker too."""


def open_turns() -> list[list[Turn]]:
    """Returns the turns whose workflows to check, grouped by task; in each group, running turns come first.

    If there are many, a random batch is returned, so that turns that wait for weeks do not keep others from
    being checked.
    """
    before = timezone.now() - LOST_AFTER
    rows = Turn.objects.filter(status__in=Turn.OPEN, created_at__lt=before).order_by("?")
    looked_at = ("pk", "task_id", "status", "created_at", "started_at", "deliveries")
    stops = ("stop_requested", "undo_requested", "continued")
    by_task: defaultdict[uuid.UUID, list[Turn]] = defaultdict(list)
    for turn in rows.only(*looked_at, *stops)[:BATCH]:
        by_task[turn.task_id].append(turn)
    for turns_of_task in by_task.values():
        turns_of_task.sort(key=lambda turn: turn.status != Turn.Status.RUNNING)
    return list(by_task.values())


async def end_if_lost(client: Client, of_task: Sequence[Turn]) -> None:
    """Ends the open turns of a task, or delivers them again, if their run will not answer them.

    The run is looked up once for all of them: delivering one again starts a new run, which would seem to work
    on the others too. A run that works is told again which turns to stop: if Temporal was away when the
    person pressed Stop, only the record knows.
    """
    task_id = of_task[0].task_id
    workflow_id = workflow_id_of(task_id)
    stopping = any(turn.stop_requested for turn in of_task)
    run = await latest_run(client, workflow_id, stopping=stopping)
    if run.standing is Standing.STUCK:
        logger.error("Task %s: its workflow is stuck and is ended: %s", task_id, run.reason)
        await _terminate(client, workflow_id, run.reason)
    for turn in of_task:
        if run.standing is not Standing.WORKS:
            await _end(turn, run)
        elif _is_older(turn, run) and not await was_sent(client, workflow_id, run, turn.pk):
            await _end(turn, Run(Standing.ENDED, reason=NO_ANSWER))
        elif turn.stop_requested:
            await _stop_again(turn)


async def _stop_again(turn: Turn) -> None:
    """Sends the Stop of a turn again, and before it those of the messages that waited for the turn, so that
    the agent does not begin with them. Temporal ignores those that it has got.
    """
    for waited in await in_database(_stopped_while_waiting, turn):
        await signal_stop(waited, again=True)
    await signal_stop(turn, undo=turn.undo_requested, again=True)


def _stopped_while_waiting(turn: Turn) -> list[Turn]:
    stopped = Turn.objects.filter(
        task_id=turn.task_id,
        status=Turn.Status.INTERRUPTED,
        stop_requested=True,
        error=NOT_SEEN,
        created_at__gt=turn.created_at,
    )
    return list(stopped.only("pk", "task_id", "continued")[:BATCH])


async def end_hung_run(client: Client, hung: HungRun) -> None:
    """Ends a run whose code hung a whole worker, and the turn that it worked on."""
    reason = (CRASHED.format(crash=hung.crash) if hung.crash else BLOCKED) + (
        f" ({hung.where})" if hung.where else ""
    )
    logger.error("%s is ended: %s", hung.workflow_id, reason)
    for pause in (*HUNG_PAUSES, None):
        try:
            await _terminate(client, hung.workflow_id, reason)
            break
        except RPCError:
            logger.exception("%s could not be ended", hung.workflow_id)
        if pause is not None:
            await asyncio.sleep(pause)
    try:
        task_id = uuid.UUID(hung.workflow_id.removeprefix(TASK_PREFIX))
    except ValueError:
        # A child workflow's end is reported to its parent, which then fails the turn.
        return
    try:
        if (turn := await in_database(_worked_on, task_id)) is not None:
            await record(endings.lose, task_id, turn.pk, reason)
    except Exception:
        # The worker must start all the same; then `end_if_lost` finds the turn of the ended run.
        logger.exception("Task %s: its turn could not be ended", task_id)


def _worked_on(task_id: uuid.UUID) -> Turn | None:
    """The running turn, or the oldest one that waits."""
    of_task = Turn.objects.filter(task_id=task_id, status__in=Turn.OPEN)
    running = of_task.filter(status=Turn.Status.RUNNING)
    return running.first() or of_task.order_by("created_at").first()


async def _end(turn: Turn, run: Run) -> None:
    if _waits_for_a_run(turn, run):
        await in_database(_deliver_now, turn)
    elif turn.status == Turn.Status.QUEUED:
        await record(turns.requeue, turn.task_id, turn.pk)
    elif turn.status == Turn.Status.RUNNING or _was_answered_by_nobody(turn, run):
        # The turn may have ended since it was looked up; an ended turn stays as it is.
        fresh = await in_database(turn_status.current, turn.task_id, turn.pk)
        if fresh.status == turn.status and await record(endings.lose, turn.task_id, turn.pk, run.reason):
            logger.warning("Task %s: turn %s was lost: %s", turn.task_id, turn.pk, run.reason)


def _is_older(turn: Turn, run: Run) -> bool:
    """True if an earlier run had taken the turn, as far as the clocks of worker and Temporal tell."""
    if turn.status == Turn.Status.PENDING:
        return False
    taken = turn.started_at if turn.status == Turn.Status.RUNNING else turn.created_at
    return taken is not None and run.started is not None and not run.continued and taken < run.started


def _waits_for_a_run(turn: Turn, run: Run) -> bool:
    """True if the turn was delivered to a run that started before it and has since ended or got stuck."""
    stuck = run.standing is Standing.STUCK and not run.final
    older = run.started is not None and (run.started < turn.created_at or stuck)
    return turn.status == Turn.Status.PENDING and older and turn.deliveries < MOST_STARTS


def _deliver_now(turn: Turn) -> None:
    waiting = Turn.objects.filter(pk=turn.pk, status=Turn.Status.PENDING, deliver_at__gt=timezone.now())
    waiting.update(deliver_at=timezone.now())


def _was_answered_by_nobody(turn: Turn, run: Run) -> bool:
    """True if runs were started for the waiting turn and ended, and another run would end the same way."""
    if run.started is None or run.started < turn.created_at:
        return False
    return run.final or (turn.deliveries >= MOST_STARTS and run.standing is Standing.ENDED)


async def _terminate(client: Client, workflow_id: str, reason: str) -> None:
    try:
        await client.get_workflow_handle(workflow_id).terminate(
            reason=OWN_PREFIX + reason, rpc_timeout=RPC_TIMEOUT
        )
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
