"""A turn: one message of a person, and everything that the agent does about it."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

from agentex_web.compat import sdk_runner
from agentex_web.compat.handoff_targets import reachable
from agentex_web.compat.in_workflows import prepare
from agentex_web.compat.temporal_definitions import is_activity
from agentex_web.memory import from_summary
from agentex_web.turns import asking, record, registry, waiting
from agentex_web.turns.agent_run import added_items, run_agent
from agentex_web.turns.choosing import chosen_config
from agentex_web.turns.code_answers import answer_of_code
from agentex_web.turns.inputs import input_of
from agentex_web.turns.kept_context import read, written
from agentex_web.turns.options import MAX_TURNS
from agentex_web.turns.part import Item, TurnPart
from agentex_web.turns.payloads import (
    AgentAuthor,
    AgentMemory,
    Choices,
    CreateMessage,
    Event,
    SetState,
    TaskRef,
    TaskState,
    TextContent,
    TurnMemory,
)
from agentex_web.turns.questions import Question
from agentex_web.turns.recorded_hooks import recorded
from agentex_web.turns.run_settings import read_parameters
from agentex_web.turns.scope import Scope, outside
from agentex_web.turns.started_tasks import StartedTask, start_task
from agentex_web.turns.status import Status, checked
from agentex_web.turns.streamed import StreamedMessage, streamed_message
from agentex_web.turns.waiting import AwaitedEvent
from agents import Agent, RunConfig, RunHooks, RunResult, TResponseInputItem

CODE_ANSWERS = "code-answers"
HANDED_ON = "last-agent"
CHOICES = "choices"
"""Temporal's ids of changes. Before, answers of code were not shown, the first agent got all messages, and
what a person chose for a message was not heeded."""


class Turn:
    """What ``adk.Workflow.on_message`` is given, and how it reaches everything outside the workflow.

    Attributes:
        id: of the turn; also the id of the person's message.
        task: the conversation that the turn belongs to.
        agent: the name of the file whose agent answers: that of the task, or one that the person named.
        message: the person's message, with its files and the turn that it follows.
        choices: how the person wants it to be answered; what is empty is as the agent's file says.
        input: the person's message as SDK input items, with references in place of files.
        status: one of turns/status.py; the workflow's Inbox changes it.
        part: what the turn has started, said and spent so far; for the product itself.
        left: what ``leaves`` returned when the turn ended; for the product itself.
    """

    def __init__(self, task: TaskRef, message: Event) -> None:
        self.id = message.id
        self.task = task
        self.message = message
        self.input: list[TResponseInputItem] = input_of(message)
        self.status = Status.PENDING
        heeded = message.choices is not None and workflow.patched(CHOICES)
        choices = message.choices if message.choices is not None and heeded else Choices()
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
        if (cut := message.continues) is not None:
            self.part.started, self.part.input = cut.started, []
            self.part.continued, self.part.continues = cut.number, cut.message
            self.part.grows = cut.message
        self.left: TurnMemory | None = None
        self._previous: Turn | None = None
        self._history: list[Item] | None = None
        self._context: Any = None
        self._names_last_agent = False
        self._before: TurnMemory | None = None

    @property
    def instructions(self) -> str:
        """What the person wants agents to know in all chats; empty if the file's agents are not given it.

        The product gives it to each model that is not called unseen, or as a tool.
        """
        return self.part.instructions

    @property
    def parameters(self) -> Any:
        """The task's parameters: an object of PARAMETERS in the agent's file if that is a model, else a
        dictionary.

        Raises:
            BadParameters: they do not fit.
        """
        asked = registry.settings_of(self.agent).parameters
        return self.task.params if asked is None else read_parameters(asked, self.task)

    @property
    def stopped(self) -> bool:
        """True once a person has stopped or withdrawn the turn; its running code is cancelled then."""
        return self.part.stopped

    async def history(self) -> list[TResponseInputItem]:
        """The SDK input items of the turns before this one, along the branch that it continues.

        Of a turn that goes on with a cut answer, its own items are among them, that answer last. Where the
        conversation became too long for the model, a summary takes the place of older turns.
        """
        if self.part.summary:
            return list[Item](from_summary(self.part.summary))
        if self._history is None:
            self._history = await self._load_history()
            self._previous = None
        return list(self._history)

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
        """Runs an agent and shows everything that it does. Waits where a tool call needs an approval.

        What it says and calls joins the conversation that later turns get from ``history()``.

        Args:
            input: what the model is given: a text, or SDK input items such as
                ``[*await turn.history(), *turn.input]``.
            context: passed to tools, instructions, guardrails and hooks as the SDK does; by default what
                ``context()`` returns.
            hooks: called besides those that show tool calls and handoffs. A ``TemporalStreamingHooks`` takes
                their place.
            max_turns: the most model calls of this run.
            run_config: by default RUN_CONFIG of the agent's file, with the model, the effort and the
                temperature that the person chose.
            quiet: the agent works unseen, as a planner or one of several drafts does: what it says is shown
                as a step in a fold, and joins no conversation.

        Raises:
            AgentsException: the SDK's: too many model calls, a guardrail that tripped, an answer of a wrong
                form.
            ActivityError: a model call failed for good.
        """
        prepare()
        self._remember_input()
        if context is None:
            context = await self.context()
        said = self.part.begin_run()
        result = await run_agent(
            Scope(self.part, said, quiet=quiet, model="" if run_config else self.choices.model),
            sdk_runner.durable(),
            agent,
            input if isinstance(input, str) else list(input),
            context=context,
            hooks=recorded(hooks, self.task.id),
            max_turns=max_turns,
            run_config=run_config
            or chosen_config(registry.settings_of(self.agent).run_config, self.choices, agent),
        )
        self.part.end_run(said, [] if quiet else self.part.steering.woven(added_items(result), said))
        if not quiet and (answer := answer_of_code(result)) and workflow.patched(CODE_ANSWERS):
            await self._say_for(result, answer)
        return result

    async def say(self, text: str, author: AgentAuthor = "agent", key: str = "") -> str:
        """Shows and keeps a message; returns its id. What the model has just said is not shown twice.

        Args:
            text: Markdown.
            author: ``agent``: later turns remember it as an answer. ``system``: a note, which no model is
                given.
            key: gives the message an id of its own in the turn: the same key writes the same message again.
        """
        message_id = await record.create_message(
            CreateMessage(self.task.id, TextContent(author, text), turn_id=self.id, key=key)
        )
        if author == "agent" and not _is_said(text, self.part.items):
            self._remember_input()
            self.part.items.append({"role": "assistant", "content": text})
        return message_id

    def stream(self, author: AgentAuthor = "agent") -> AbstractAsyncContextManager[StreamedMessage]:
        """A message to write piece by piece: ``async with turn.stream() as message: await
        message.write("…")``.

        It is kept when the block ends; after a Stop or an error, as far as it was written.
        """
        return streamed_message(self.task.id, author)

    async def compensate(
        self, undo: Callable[..., Awaitable[object]], *arguments: Any, title: str = ""
    ) -> None:
        """Registers how to undo what the turn has just done; *Stop and undo* does it, the last thing first.

        Args:
            undo: an activity, which is called with a timeout of a minute for each attempt, or a coroutine
                function of the workflow.
            title: what is undone, as its card says; by default the name of ``undo``.
        """
        name = title or getattr(undo, "__name__", "it").replace("_", " ")
        by_activity = is_activity(undo)

        async def undone() -> object:
            if not by_activity:
                return await undo(*arguments)
            found: object = await workflow.execute_activity(
                undo, args=arguments, start_to_close_timeout=timedelta(minutes=1)
            )
            return found

        self.part.undoing.add(name, undone)
        text = TextContent("system", f"Can be undone: {name}")
        await record.create_message(CreateMessage(self.task.id, text, turn_id=self.id, data={"undo": True}))

    async def sleep(self, duration: timedelta | float, *, reason: str = "") -> bool:
        """Waits durably, over restarts of everything. The chat counts down, and Stop ends the wait.

        Args:
            duration: a ``timedelta`` or seconds. Less than 5 seconds are not shown.
            reason: shown in the chat, in a few words.

        Returns:
            False if a person chose to go on before the time was over.
        """
        lasting = duration if isinstance(duration, timedelta) else timedelta(seconds=duration)
        return await waiting.sleep(self.part, lasting, reason)

    async def wait_until(self, when: datetime, *, reason: str = "") -> bool:
        """As ``sleep``, until a moment, which has a time zone; at once if that has passed."""
        return await waiting.wait_until(self.part, when, reason)

    async def event(self, name: str) -> AwaitedEvent:
        """An event that another system reports: its ``url``, for that system, and its ``wait()``."""
        return await waiting.awaited_event(self.part, name)

    async def wait_for_event(
        self,
        name: str,
        *,
        timeout: timedelta | float | None = None,  # noqa: ASYNC109
        reason: str = "",
    ) -> Any:
        """Waits for an event; its card shows the URL that any system can POST it to, as JSON.

        Args:
            timeout: a ``timedelta`` or seconds; None waits for ever.
            reason: shown in the chat, in a few words.

        Returns:
            the JSON body.

        Raises:
            TimeoutError: none came in time.
        """
        return await (await self.event(name)).wait(timeout=timeout, reason=reason)

    async def start_task(self, agent: str, message: str, *, title: str = "") -> StartedTask:
        """Starts a chat of the same person with another agent. Both chats show a link to the other.

        Args:
            agent: the name of the other agent's file or folder.
            message: what it is asked.
            title: of the new chat; by default that of the agent.

        Returns:
            the task; ``await started.answer()`` waits for what comes of it.

        Raises:
            ApplicationError: of type ``ChatRefused``; there is no such agent, or too much is under way.
        """
        return await start_task(self.part, agent, message, title)

    async def ask(
        self,
        form: Any,
        *,
        title: str = "",
        choices: Sequence[str] = (),
        skippable: bool = False,
        deadline: timedelta | float | None = None,
        reminders: Sequence[timedelta | float] = (),
    ) -> Any:
        """Asks the person, and waits for the answer, over restarts of everything.

        Args:
            form: a pydantic model, a JSON Schema of an object, or a question as a text.
            title: above the questions.
            choices: of a question that is a text.
            skippable: the person may leave it unanswered.
            deadline: how long it waits; a ``timedelta`` or seconds.
            reminders: when the person is reminded.

        Returns:
            an object of the model, a dictionary, or a text; None if it was skipped.

        Raises:
            BadForm: a form cannot ask for one of its fields.
            TimeoutError: the deadline passed.
        """
        asked = Question.of(form, title=title, choices=choices, skippable=skippable)
        return await asking.ask(self.part, asked, deadline=deadline, reminders=reminders)

    async def get_state(self) -> TaskState:
        """The JSON object that the agent keeps with the task, and its version; ``{}`` and 0 if none was
        set.
        """
        return await record.get_state(self.task.id)

    async def set_state(self, value: dict[str, Any], version: int | None = None) -> TaskState:
        """Replaces the task's state.

        Args:
            value: at most 64 KiB as JSON.
            version: the version that was read; None overwrites any.

        Raises:
            ApplicationError: of type ``StateRefused``; the state has another version, or is too large.
        """
        return await record.set_state(SetState(self.task.id, value, version))

    async def context(self) -> Any:
        """The chat's run context, which CONTEXT in the agent's file makes; None if it makes none.

        It is kept with the turn when that ends, and the next turn of the branch gets it as it was then.

        Raises:
            BadContext: it cannot be kept, or what was kept does not fit the class any more.
        """
        maker = registry.settings_of(self.agent).context
        if maker is not None and self._context is None:
            fresh = maker.fresh(self.task)
            kept = (await self._memory_before()).context
            self._context = fresh if kept is None else read(kept, fresh)
            # What cannot be kept is better known before the model is paid.
            written(self._context)
        return self._context

    async def last_agent(self, first: Agent[Any]) -> Agent[Any]:
        """The agent that spoke last in the turns before; ``first`` if none did.

        Args:
            first: the agent that takes the first message; others are those that it may hand over to.
        """
        if not first.handoffs:
            return first
        self._names_last_agent = True
        if self.message.parent is None or not workflow.patched(HANDED_ON):
            return first
        name = (await self._memory_before()).last_agent
        return next((each for each in reachable(first) if each.name == name), first)

    async def remember(self) -> None:
        """Reads what the turn has left already, so that it leaves no less; for one that goes on."""
        self._names_last_agent = True
        await self._memory_before()

    def leaves(self) -> TurnMemory:
        """What the turns that follow get besides the items; for the product itself.

        Raises:
            BadContext: the run context holds what cannot be kept.
        """
        before = self._before or TurnMemory()
        spoke = self.part.last_agent if self._names_last_agent else ""
        context = before.context if self._context is None else written(self._context)
        self.left = TurnMemory(spoke or before.last_agent, context)
        return self.left

    @property
    def _after(self) -> str | None:
        """The turn whose items and memory this one goes on from; itself if it goes on with a cut answer."""
        return self.id if self.message.continues else self.message.parent

    def conversation(self) -> list[Item] | None:
        """The items up to and with this turn, if they are known without asking the record."""
        if self.message.continues:
            return None
        before = from_summary(self.part.summary) if self.part.summary else self._history
        return None if before is None else [*before, *self.part.items]

    def follow(self, previous: "Turn | None") -> None:
        """The turn that the same workflow served before: if this one continues it, its items are at hand."""
        self._previous = previous
        follows = previous is not None and previous.id == self._after
        if previous is not None and follows and previous.knows_all_before and previous.agent == self.agent:
            self._before = previous.left

    @property
    def knows_all_before(self) -> bool:
        """True if what it leaves includes what the turns before it left."""
        return self._before is not None or self.message.parent is None

    def become(self, status: Status) -> None:
        """Changes the status; for the workflow's Inbox.

        Raises:
            WrongTransition: the status cannot follow the present one.
        """
        self.status = checked(self.status, status)

    async def _say_for(self, result: RunResult, answer: str) -> None:
        """Shows an answer that no model said, as the agent's."""
        name = result.last_agent.name
        content = TextContent("agent", answer)
        await record.create_message(CreateMessage(self.task.id, content, turn_id=self.id, agent_name=name))
        self.part.items.append({"role": "assistant", "content": answer})

    async def _memory_before(self) -> TurnMemory:
        if self._before is None:
            self._before = await self._load_memory(self._after)
        return self._before

    async def _load_memory(self, parent: str | None) -> TurnMemory:
        if parent is None:
            return TurnMemory()
        # An agent is named: others may have answered the turns between.
        if self.choices.agent:
            with self._as_before("load_agent_memory"):
                return await record.load_agent_memory(AgentMemory(parent, self.agent))
        with self._as_before("load_memory"):
            return await record.load_memory(parent)

    async def _load_history(self) -> list[Item]:
        parent, previous = self._after, self._previous
        if parent is None:
            return []
        if previous is not None and previous.id == parent and (known := previous.conversation()) is not None:
            return known
        with self._as_before("load_items"):
            return await record.load_items(parent)

    def _as_before(self, name: str) -> AbstractContextManager[None]:
        """Where the run before knew what is read here, the reading is no step of the turn."""
        return nullcontext() if self.part.steps.had(self.part.next_path, name) else outside()

    def _remember_input(self) -> None:
        if not (self.part.items or self.message.continues):
            self.part.items.extend(self.input)


def _is_said(text: str, items: list[Item]) -> bool:
    """True if a model has said just this: an author may repeat an answer that was streamed."""
    said = (part.get("text") for item in items for part in _content(item))
    return any(each is not None and each.strip() == text.strip() for each in said)


def _content(item: Item) -> list[dict[str, Any]]:
    content = item.get("content") if item.get("role") == "assistant" else None
    return content if isinstance(content, list) else []
