"""A turn: one message from a person, and everything that the agent does in response."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from inspect import isawaitable
from typing import Any

from temporalio import workflow

from agentex_web.compat import sdk_runner
from agentex_web.compat.in_workflows import prepare
from agentex_web.compat.temporal_definitions import is_activity
from agentex_web.turns import asking, record, registry, waiting
from agentex_web.turns.agent_run import added_items, run_agent
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.choosing import chosen_config
from agentex_web.turns.code_answers import answer_of_code
from agentex_web.turns.contents import AgentAuthor, TextContent
from agentex_web.turns.conversation import Conversation
from agentex_web.turns.durations import Duration, seconds_of
from agentex_web.turns.event import Choices, Continuation, Event
from agentex_web.turns.inputs import input_of
from agentex_web.turns.memory import Memory
from agentex_web.turns.options import MAX_TURNS
from agentex_web.turns.part import CutAnswer, TurnPart
from agentex_web.turns.questions import Question
from agentex_web.turns.record_payloads import CreateMessage, SetState
from agentex_web.turns.recorded_hooks import recorded
from agentex_web.turns.run_settings import read_parameters
from agentex_web.turns.scope import Scope, is_undoing
from agentex_web.turns.started_tasks import StartedTask, start_task
from agentex_web.turns.status import Status, checked
from agentex_web.turns.streamed import StreamedMessage, streamed_message
from agentex_web.turns.task_payloads import TaskRef, TaskState
from agentex_web.turns.undoing import UNDO_LIMIT, in_time
from agentex_web.turns.waiting import AwaitedEvent
from agents import Agent, RunConfig, RunHooks, RunResult, TResponseInputItem

# Ids of Temporal patches: histories from before each patch are replayed without it.
PATCH_CODE_ANSWERS = "code-answers"
"""Answers that code made are shown."""
PATCH_CHOICES = "choices"
"""The person's choices apply to the answer."""


class Turn:
    """The argument of ``adk.Workflow.on_message``. Through it, the workflow reaches everything outside.

    Attributes:
        id: the turn's id, which is also the id of the person's message.
        task: the conversation that the turn belongs to.
        agent: the name of the file whose agent answers: the task's agent, or one that the person chose.
        message: the person's message, with its files and the id of the turn before it.
        choices: the person's choices for the answer. For an empty field, the agent's file decides.
        input: the person's message as SDK input items, with references in place of files.
        status: one of turns/status.py. Only the workflow's Inbox changes it.
        part: what the turn has started, said and spent so far. For internal use.
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
        self.part = TurnPart(
            message.id,
            task.id,
            self.agent,
            without=frozenset(self.choices.without),
            instructions=choices.instructions if settings.custom_instructions else "",
            input=self.input,
        )
        if message.continues is not None:
            self._continue_from(message.continues)
        self.conversation = Conversation(self.part, message, agent_is_chosen=bool(self.choices.agent))
        self.memory = Memory(self.conversation)

    def _continue_from(self, cut: Continuation) -> None:
        self.part.steps_started = cut.started
        self.part.cut = CutAnswer(cut.number, cut.message)

    @property
    def instructions(self) -> str:
        """The person's custom instructions for all chats; empty if the agent's file switches them off.

        The product adds them to each model call, except those of quiet runs and of agents used as tools.
        """
        return self.part.instructions

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
        return self.part.stopped

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
            quiet: True for an agent that works in the background, such as a planner or one of several
                drafts. Its messages are shown as a collapsed step, and are not part of the conversation.

        Raises:
            AgentsException: an error of the SDK, such as too many model calls, a tripped guardrail, or an
                answer in the wrong format.
            ActivityError: a model call failed after all retries.
        """
        prepare()
        self.add_input_to_items()
        if context is None:
            context = await self.context()
        run_items = self.part.items.begin_run()
        result = await run_agent(
            Scope(
                self.part,
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
        )
        added = [] if quiet else self.part.steering.with_taken(added_items(result), run_items)
        self.part.items.end_run(run_items, added)
        if not quiet and (answer := answer_of_code(result)) and workflow.patched(PATCH_CODE_ANSWERS):
            await self._say_for(result, answer)
        return result

    async def say(self, text: str, author: AgentAuthor = "agent", key: str = "") -> str:
        """Shows and stores a message; returns its id.

        A text that the model has already said in this turn is not added to the conversation twice.

        Args:
            text: Markdown.
            author: ``agent``: an answer, which is part of the conversation for later turns. ``system``: a
                note, which no model sees.
            key: identifies the message within the turn: the same key updates the same message.
        """
        if not isinstance(text, str):
            raise AuthorError(f"turn.say() needs a text, and got {type(text).__name__}.")
        message_id = await record.create_message(
            CreateMessage(self.task.id, TextContent(author, text), turn_id=self.id, key=key)
        )
        if author == "agent" and not self.part.items.has_answer(text):
            self.add_input_to_items()
            self.part.items.add_answer(text)
        return message_id

    def stream(self, author: AgentAuthor = "agent") -> AbstractAsyncContextManager[StreamedMessage]:
        """Opens a message to write piece by piece: ``async with turn.stream() as message: await
        message.write("…")``.

        The message is stored when the block ends; after a Stop or an error, the text written so far is.
        """
        return streamed_message(self.task.id, author)

    async def compensate(
        self,
        undo: Callable[..., Awaitable[object]],
        *arguments: Any,
        title: str = "",
        timeout: Duration = UNDO_LIMIT,  # noqa: ASYNC109
    ) -> None:
        """Registers how to undo what the turn has just done. *Stop and undo* calls it, most recent first.

        Args:
            undo: an activity, which runs with a timeout of one minute per attempt, or a coroutine function
                that runs in the workflow.
            arguments: passed to ``undo``.
            title: what is undone, shown on its card; by default the name of ``undo``.
            timeout: how long undoing it may take, all attempts of an activity included; a ``timedelta`` or
                seconds. After that it counts as not undone, and the steps before it are undone.
        """
        name = title or getattr(undo, "__name__", "it").replace("_", " ")
        by_activity = is_activity(undo)
        limit = timedelta(seconds=seconds_of(timeout))

        async def undone() -> object:
            if not by_activity:
                done = undo(*arguments)
                return await in_time(done, limit) if isawaitable(done) else done
            found: object = await workflow.execute_activity(
                undo,
                args=arguments,
                start_to_close_timeout=min(timedelta(minutes=1), limit),
                schedule_to_close_timeout=limit,
            )
            return found

        self.part.undoing.add(name, undone)
        text = TextContent("system", f"Can be undone: {name}")
        await record.create_message(CreateMessage(self.task.id, text, turn_id=self.id, data={"undo": True}))

    async def sleep(self, duration: Duration, *, reason: str = "") -> bool:
        """Waits durably: the wait survives restarts of all services. The chat shows a countdown, and Stop
        ends the wait.

        Args:
            duration: a ``timedelta`` or seconds. Waits of less than 5 seconds are not shown.
            reason: shown in the chat, in a few words.

        Returns:
            False if a person ended the wait early.
        """
        return await waiting.sleep(self.part, timedelta(seconds=seconds_of(duration)), reason)

    async def wait_until(self, when: datetime, *, reason: str = "") -> bool:
        """Like ``sleep``, but until ``when``, which must have a time zone. Returns at once if it is past."""
        return await waiting.wait_until(self.part, when, reason)

    async def event(self, name: str) -> AwaitedEvent:
        """Returns an event that another system can report: give it the ``url``, and await ``wait()``."""
        return await waiting.awaited_event(self.part, name)

    async def wait_for_event(
        self,
        name: str,
        *,
        timeout: Duration | None = None,  # noqa: ASYNC109
        reason: str = "",
    ) -> Any:
        """Waits for an event. Its card shows the URL to which any system can POST the event as JSON.

        Args:
            timeout: a ``timedelta`` or seconds; None waits forever.
            reason: shown in the chat, in a few words.

        Returns:
            the JSON body.

        Raises:
            TimeoutError: no event came in time.
        """
        return await (await self.event(name)).wait(timeout=timeout, reason=reason)

    async def start_task(self, agent: str, message: str, *, title: str = "") -> StartedTask:
        """Starts a chat of the same person with another agent. Both chats show a link to the other.

        Args:
            agent: the name of the other agent's file or folder.
            message: the first message to the other agent.
            title: the title of the new chat; by default the beginning of the message.

        Returns:
            the started task; ``await started.answer()`` waits for its answer.

        Raises:
            ApplicationError: of type ``ChatRefused``; no such agent exists, or a limit on chats or
                messages is reached.
        """
        return await start_task(self.part, agent, message, title)

    async def ask(
        self,
        form: Any,
        *,
        title: str = "",
        choices: Sequence[str] = (),
        skippable: bool = False,
        deadline: Duration | None = None,
        reminders: Sequence[Duration] = (),
    ) -> Any:
        """Asks the person, and waits for the answer. The wait survives restarts of all services.

        Args:
            form: a pydantic model, a JSON Schema of an object, or a question as a text.
            title: shown above the questions.
            choices: the possible answers, if ``form`` is a text.
            skippable: the person may leave the form unanswered.
            deadline: how long to wait; a ``timedelta`` or seconds.
            reminders: when to remind the person, counted from now.

        Returns:
            an instance of the model, a dictionary, or a text; None if the person skipped the form.

        Raises:
            BadForm: the form has a field that a form cannot ask for.
            TimeoutError: the deadline passed.
        """
        asked = Question.of(form, title=title, choices=choices, skippable=skippable)
        return await asking.ask(self.part, asked, deadline=deadline, reminders=reminders)

    async def get_state(self) -> TaskState:
        """Returns the JSON object that the agent stores with the task, and its version; ``{}`` and 0 if it
        was never set.
        """
        return await record.get_state(self.task.id)

    async def set_state(self, value: dict[str, Any], version: int | None = None) -> TaskState:
        """Replaces the task's state.

        Args:
            value: at most 64 KiB as JSON.
            version: the version that was read; None overwrites any version.

        Raises:
            ApplicationError: of type ``StateRefused``; the state has another version, or is too large.
        """
        return await record.set_state(SetState(self.task.id, value, version))

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
        self.part.items.add_answer(answer)

    def add_input_to_items(self) -> None:
        """Begins the turn's items with the person's message. For internal use."""
        if not (self.part.items.added or self.message.continues):
            self.part.items.added.extend(self.input)
