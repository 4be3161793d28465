"""A turn: one message from a person, and everything that the agent does in response."""

from collections.abc import Sequence
from typing import Any

from temporalio import workflow

from agentex_web.compat import sdk_runner
from agentex_web.compat.in_workflows import prepare
from agentex_web.turns import record, registry
from agentex_web.turns.agent_run import added_items, run_agent
from agentex_web.turns.choosing import chosen_config
from agentex_web.turns.code_answers import answer_of_code, answer_of_handler
from agentex_web.turns.contents import TextContent
from agentex_web.turns.conversation import Conversation
from agentex_web.turns.event import Choices, Event
from agentex_web.turns.inputs import input_of
from agentex_web.turns.memory import Memory
from agentex_web.turns.memory_payloads import TOOLS as MEMORY_TOOLS
from agentex_web.turns.options import MAX_TURNS
from agentex_web.turns.progress import CutAnswer, TurnProgress
from agentex_web.turns.record_payloads import CreateMessage
from agentex_web.turns.recorded_hooks import recorded
from agentex_web.turns.run_settings import RunSettings, read_parameters
from agentex_web.turns.scope import Scope, is_undoing
from agentex_web.turns.status import Status, checked
from agentex_web.turns.task_payloads import TaskRef
from agentex_web.turns.turn_actions import TurnActions
from agentex_web.turns.turn_waits import TurnWaits
from agents import Agent, RunConfig, RunErrorHandlers, RunHooks, RunResult, TResponseInputItem

# Ids of Temporal patches: histories from before each patch are replayed without it.
PATCH_CODE_ANSWERS = "code-answers"
"""Answers that code made are shown."""
PATCH_CHOICES = "choices"
"""The person's choices apply to the answer."""


class Turn(TurnActions, TurnWaits):
    """The argument of ``adk.Workflow.on_message``. Through it, the workflow reaches everything outside.

    Attributes:
        id: the turn's id, which is also the id of the person's message.
        task: the conversation that the turn belongs to.
        agent: the name of the file whose agent answers: the task's agent, or one that the person chose.
        message: the person's message, with its files and the id of the turn before it.
        choices: the person's choices for the answer. For an empty field, the agent's file decides.
        input: the person's message as SDK input items, with references in place of files.
        status: one of turns/status.py. Only the workflow's Inbox changes it.
        progress: what the turn has started, said and spent so far. For internal use.
        conversation: the items of earlier turns, and what later turns get. For internal use.
        memory: the run context and the agent that spoke last. For internal use.
    """

    def __init__(self, task: TaskRef, message: Event) -> None:
        self.id = message.id
        self.task = task
        self.message = message
        self.input: list[TResponseInputItem] = input_of(message)
        self.status = Status.PENDING
        choices = Choices()
        if message.choices is not None and workflow.patched(PATCH_CHOICES):
            choices = message.choices
        self.agent = choices.agent or task.agent
        settings = registry.settings_of(self.agent)
        self.choices = settings.options.allowed(choices)
        self.progress = TurnProgress(
            message.id,
            task.id,
            self.agent,
            without=frozenset(self.choices.without) | _unused_tools(settings, choices),
            instructions=choices.instructions if settings.custom_instructions else "",
            memory=choices.memory if settings.memory else None,
            input=self.input,
        )
        if message.continues is not None:
            self.progress.steps_started = message.continues.started
            self.progress.cut = CutAnswer(message.continues.number, message.continues.message)
        self.conversation = Conversation(self.progress, message, agent_is_chosen=bool(self.choices.agent))
        self.memory = Memory(self.conversation)

    @property
    def instructions(self) -> str:
        """The person's custom instructions for all chats; empty if the agent's file switches them off.

        The product adds them to each model call, except those of quiet runs and of agents used as tools.
        """
        return self.progress.instructions

    @property
    def parameters(self) -> Any:
        """The task's parameters: an instance of PARAMETERS if that is a pydantic model in the agent's file,
        else a dictionary.

        Raises:
            BadParameters: the parameters do not fit PARAMETERS.
        """
        asked = registry.settings_of(self.agent).parameters
        return self.task.params if asked is None else read_parameters(asked, self.task)

    @property
    def stopped(self) -> bool:
        """True once a person has stopped or withdrawn the turn. Its running code is then cancelled."""
        return self.progress.stopped

    async def history(self) -> list[TResponseInputItem]:
        """Returns the SDK input items of the turns before this one, along its branch.

        If this turn continues a cut answer, its own items are included, the cut answer last. If the
        conversation became too long for the model, a summary replaces older turns.
        """
        return await self.conversation.items_before()

    async def run(
        self,
        agent: Agent[Any],
        input: str | Sequence[TResponseInputItem],
        *,
        context: Any = None,
        hooks: RunHooks[Any] | None = None,
        max_turns: int = MAX_TURNS,
        run_config: RunConfig | None = None,
        error_handlers: RunErrorHandlers[Any] | None = None,
        quiet: bool = False,
    ) -> RunResult:
        """Runs an agent and shows everything that it does. Waits when a tool call needs an approval.

        Its messages and tool calls become part of the conversation that later turns get from ``history()``.

        Args:
            input: the model's input: a text, or SDK input items such as
                ``[*await turn.history(), *turn.input]``.
            context: the SDK's run context for tools, instructions, guardrails and hooks; by default what
                ``context()`` returns.
            hooks: called in addition to the product's hooks, which show tool calls and handoffs. A
                ``TemporalStreamingHooks`` replaces them.
            max_turns: the maximum number of model calls in this run.
            run_config: by default RUN_CONFIG of the agent's file, with the model, effort and temperature
                that the person chose.
            error_handlers: the SDK's: functions that answer in place of a run that failed, such as one that
                needed too many model calls.
            quiet: True for an agent that works in the background, such as a planner or one of several
                drafts. Its messages are shown as a collapsed step, and are not part of the conversation.

        Raises:
            AgentsException: an error of the SDK, such as too many model calls, a tripped guardrail, or an
                answer in the wrong format.
            ActivityError: a model call failed after all retries.
        """
        prepare()
        self.progress.add_input_to_items()
        if context is None:
            context = await self.context()
        run_items = self.progress.items.begin_run()
        result = await run_agent(
            Scope(
                self.progress,
                run_items,
                quiet=quiet,
                model="" if run_config else self.choices.model,
                undoes=is_undoing(),
            ),
            sdk_runner.durable(),
            agent,
            input if isinstance(input, str) else list(input),
            context=context,
            hooks=recorded(hooks, self.task.id),
            max_turns=max_turns,
            run_config=run_config
            or chosen_config(registry.settings_of(self.agent).run_config, self.choices, agent),
            **({"error_handlers": error_handlers} if error_handlers else {}),
        )
        added = [] if quiet else self.progress.steering.with_taken(added_items(result), run_items)
        self.progress.items.end_run(run_items, added)
        if not quiet and (answer := answer_of_code(result)) and workflow.patched(PATCH_CODE_ANSWERS):
            await self._say_for(result, answer)
            self.progress.items.add_answer(answer)
        elif not quiet and error_handlers and (answer := answer_of_handler(result)):
            await self._say_for(result, answer)
        return result

    async def context(self) -> Any:
        """Returns the chat's run context, as made by CONTEXT in the agent's file; None without CONTEXT.

        It is stored with the turn when the turn ends. The next turn of the branch starts with that state.

        Raises:
            BadContext: the context cannot be stored, or the stored one no longer fits its class.
        """
        return await self.memory.context(registry.settings_of(self.agent).context, self.task)

    async def last_agent(self, first: Agent[Any]) -> Agent[Any]:
        """Returns the agent that spoke last in the turns before this one; ``first`` if no agent did.

        Args:
            first: the agent that takes the first message. The last agent is looked up among ``first`` and
                the agents that it can hand over to, directly or indirectly.
        """
        return await self.memory.last_agent(first)

    def become(self, status: Status) -> None:
        """Changes the status. Only the workflow's Inbox calls it.

        Raises:
            WrongTransition: the status cannot follow the current one.
        """
        self.status = checked(self.status, status)

    async def _say_for(self, result: RunResult, answer: str) -> None:
        """Shows a final answer that code made, as a message from the agent."""
        name = result.last_agent.name
        content = TextContent("agent", answer)
        await record.create_message(CreateMessage(self.task.id, content, turn_id=self.id, agent_name=name))


def _unused_tools(settings: RunSettings, choices: Choices) -> frozenset[str]:
    """The tools of ``adk.memory_tools``, if the person has not switched their memory on."""
    return MEMORY_TOOLS if settings.memory and choices.memory is None else frozenset()
