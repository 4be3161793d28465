"""Signals workflows that a turn has ended. If that fails, a later sweep repeats it."""

import logging
import uuid

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.client import RPC_TIMEOUT, TemporalMissing, temporal_client
from agentex_web.delivery.decisions import deliver_decision
from agentex_web.journal.record import report
from agentex_web.tasks.threads import in_database
from agentex_web.turns.payloads import SignalName, TurnEnded
from agentex_web.watches import following, turn_watches
from agentex_web.watches.models import TurnWatch

logger = logging.getLogger(__name__)

WATCHED = Q(
    RawSQL(
        "EXISTS (SELECT 1 FROM watches_turnwatch w WHERE w.turn_id = tasks_turn.id)"
        " OR EXISTS (SELECT 1 FROM watches_followedturn f WHERE f.turn_id = tasks_turn.id)",
        (),
        BooleanField(),
    )
)
"""A condition on turns: some workflow or wait depends on the turn's end."""


async def signal_watchers(turn_id: uuid.UUID | None = None) -> None:
    """Signals the workflows that wait for this turn; without a turn, all that are due."""
    for row in await in_database(turn_watches.due, turn_id):
        await _signal(row)
    for decided in await in_database(following.decide_ended, turn_id):
        await report(decided)
        try:
            await deliver_decision(decided.result)
        except TemporalMissing as error:
            logger.warning(
                "Task %s: it is told later that a chat it started has ended (%s)", decided.task_id, error
            )


async def _signal(row: TurnWatch) -> None:
    try:
        handle = (await temporal_client()).get_workflow_handle(row.workflow_id)
        await handle.signal(SignalName.TURN_ENDED, TurnEnded(str(row.turn_id)), rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            logger.warning("Workflow %s was not told of turn %s: %s", row.workflow_id, row.turn_id, error)
            await in_database(turn_watches.postpone, row)
            return
    except TemporalMissing as error:
        logger.warning("Workflow %s was not told of turn %s: %s", row.workflow_id, row.turn_id, error)
        await in_database(turn_watches.postpone, row)
        return
    await in_database(turn_watches.delete, row)
