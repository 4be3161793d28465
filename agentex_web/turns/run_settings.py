"""The run settings in an agent's file: CONTEXT, RUN_CONFIG, MODEL_SETTINGS, STICKY, APPROVAL, STEERING,
OPTIONS, PARAMETERS, CUSTOM_INSTRUCTIONS, ERROR_HANDLERS and HOOKS.
"""

import copy
import dataclasses
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from agents.lifecycle import RunHooksBase
from pydantic_core import ValidationError

from agentex_web.turns.approval_policy import Approval
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.choosing import Options
from agentex_web.turns.hooks import TemporalStreamingHooks
from agentex_web.turns.questions import BadForm, Question, errors_of
from agentex_web.turns.run_context import BadContext, ContextMaker, takes_argument
from agentex_web.turns.task_payloads import TaskRef
from agents import ModelProvider, ModelSettings, MultiProvider, RunConfig, RunErrorHandlers, RunHooks

HooksMaker = Callable[[str], RunHooks[Any]]


class BadParameters(AuthorError):
    """A chat's parameters do not fit PARAMETERS in its agent's file."""


class BadSetting(Exception):
    """A setting in an agent's file has a value of the wrong type. The text says what is expected."""


@dataclass(frozen=True)
class RunSettings:
    """How the agents of one file run.

    Attributes:
        context: makes the run context of a chat; None if the file has none.
        run_config: the SDK's run config, including MODEL_SETTINGS.
        sticky: True if the next message goes to the agent that spoke last, False if always to the first one.
        approval: the approval policy of tools that have none of their own.
        steering: True if messages that are sent while the agent works go in at its next model call.
        options: what people may choose.
        custom_instructions: True if the agents get the person's custom instructions.
        parameters: the form that a new chat shows; None if there is none.
        error_handlers: the SDK's, which answer in place of a run that failed.
        memory: True if an agent of the file has ``adk.memory_tools``.
    """

    context: ContextMaker | None = None
    run_config: RunConfig | None = None
    sticky: bool = True
    approval: Approval | None = None
    steering: bool = False
    options: Options = field(default_factory=Options)
    custom_instructions: bool = True
    parameters: Question | None = None
    error_handlers: RunErrorHandlers[Any] | None = None
    memory: bool = False


def read_settings(
    names: Mapping[str, Any], provider: ModelProvider | None = None, *, has_workflow: bool = False
) -> RunSettings:
    """Reads and checks the settings.

    Args:
        names: the variables of the agent's module.
        provider: the provider of its models, used if its RUN_CONFIG has none.
        has_workflow: True if the file defines its own workflow. Then custom instructions are off by default.

    Raises:
        BadSetting: a setting has a value of the wrong type.
    """
    sticky = names.get("STICKY", True)
    if not isinstance(sticky, bool):
        raise BadSetting(f"STICKY is {sticky!r}; write True or False.")
    approval = names.get("APPROVAL")
    if approval is not None and not isinstance(approval, Approval):
        raise BadSetting(f"APPROVAL is {approval!r}; write adk.Approval(…).")
    steering = names.get("STEERING", False)
    if not isinstance(steering, bool):
        raise BadSetting(f"STEERING is {steering!r}; write True or False.")
    options = names.get("OPTIONS", Options())
    if not isinstance(options, Options):
        raise BadSetting(f"OPTIONS is {options!r}; write adk.Options(…).")
    instructions = names.get("CUSTOM_INSTRUCTIONS", not has_workflow)
    if not isinstance(instructions, bool):
        raise BadSetting(f"CUSTOM_INSTRUCTIONS is {instructions!r}; write True or False.")
    parameters = _parameters(names)
    return RunSettings(
        _context(names, parameters),
        _with_provider(_run_config(names), provider),
        sticky,
        approval,
        steering,
        options,
        instructions,
        parameters,
        _error_handlers(names.get("ERROR_HANDLERS")),
    )


def _error_handlers(value: Any) -> RunErrorHandlers[Any] | None:
    if value is None:
        return None
    kinds = sorted(RunErrorHandlers.__annotations__)
    if not isinstance(value, Mapping) or not all(callable(each) for each in value.values()):
        raise BadSetting(f"ERROR_HANDLERS is {value!r:.60}; write a dictionary of functions.")
    for kind in value:
        if kind not in kinds:
            raise BadSetting(f"ERROR_HANDLERS has {kind!r:.60}; the SDK knows {', '.join(kinds)}.")
    return cast("RunErrorHandlers[Any]", dict(value))


def read_parameters(asked: Question, task: TaskRef) -> Any:
    """Converts a task's parameters to the form that PARAMETERS in its agent's file defines.

    Raises:
        BadParameters: they do not fit, for example because a program started the chat without them.
    """
    try:
        return asked.read(task.params)
    except ValidationError as error:
        name, words = next(iter(errors_of(error).items()))
        raise BadParameters(f"The parameters of this chat do not fit PARAMETERS: {name}: {words}.") from None


def _parameters(names: Mapping[str, Any]) -> Question | None:
    given = names.get("PARAMETERS")
    if given is None:
        return None
    if isinstance(given, str):
        raise BadSetting("PARAMETERS is a text; write a pydantic model, or a JSON Schema of an object.")
    try:
        asked = Question.of(given)
    except BadForm as error:
        raise BadSetting(f"PARAMETERS: {error}") from None
    if files := [each["name"] for each in asked.fields if each["kind"] == "file"]:
        raise BadSetting(f"PARAMETERS: “{files[0]}” is a file. Files are attached to the message.")
    return asked


def _context(names: Mapping[str, Any], parameters: Question | None) -> ContextMaker | None:
    if names.get("CONTEXT") is None:
        return None if parameters is None else ContextMaker(partial(read_parameters, parameters))
    maker = ContextMaker(names["CONTEXT"])
    try:
        maker.check()
    except BadContext as error:
        raise BadSetting(f"CONTEXT: {error}") from None
    return maker


def _run_config(names: Mapping[str, Any]) -> RunConfig | None:
    config, model_settings = names.get("RUN_CONFIG"), names.get("MODEL_SETTINGS")
    if isinstance(config, dict):
        config = _built(RunConfig, config, "RUN_CONFIG")
    if config is not None and not isinstance(config, RunConfig):
        raise BadSetting(f"RUN_CONFIG is a {type(config).__name__}; write RunConfig(…).")
    if config is not None and config.sandbox is not None:
        raise BadSetting("RUN_CONFIG: a sandbox is lost with its worker. Leave out sandbox=….")
    if model_settings is None:
        return config
    if isinstance(model_settings, dict):
        model_settings = _built(ModelSettings, model_settings, "MODEL_SETTINGS")
    if not isinstance(model_settings, ModelSettings):
        raise BadSetting(f"MODEL_SETTINGS is a {type(model_settings).__name__}; write ModelSettings(…).")
    config = config or RunConfig()
    return dataclasses.replace(config, model_settings=model_settings.resolve(config.model_settings))


def _built(kind: type[Any], values: dict[str, Any], name: str) -> Any:
    """`values` as an object of the SDK's dataclass `kind`. ModelSettings(heat=1) would ignore the name."""
    unknown = [repr(key) for key in values if key not in {each.name for each in dataclasses.fields(kind)}]
    if unknown:
        raise BadSetting(f"{name}: {kind.__name__} has no {', '.join(unknown)}.")
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise BadSetting(f"{name}: {error}") from None


def _with_provider(config: RunConfig | None, provider: ModelProvider | None) -> RunConfig | None:
    if provider is None or (config is not None and type(config.model_provider) is not MultiProvider):
        return config
    return dataclasses.replace(config or RunConfig(), model_provider=provider)


_HOOKS = {
    name: [each for each in inspect.signature(method).parameters if each != "self"]
    for name, method in vars(RunHooksBase).items()
    if name.startswith("on_")
}
"""The SDK's hooks, with what they are called with."""


def _check_hooks(cls: type) -> None:
    for name, given in _HOOKS.items():
        method = getattr(cls, name)
        if issubclass(cls, TemporalStreamingHooks):
            return  # Accepts the guide's signatures, too.
        try:
            inspect.signature(method).bind(None, *given)
        except TypeError:
            raise BadSetting(
                f"HOOKS: {cls.__name__}.{name} cannot be called with what the SDK gives it. Write: "
                f"async def {name}(self, {', '.join(given)})."
            ) from None


def read_hooks(value: Any) -> HooksMaker | None:
    """Returns a function that makes the hooks of one turn from the task's id; None without HOOKS.

    Args:
        value: the value of HOOKS: a class or a function, which may take the task's id, or an object, which is
            copied for each turn.

    Raises:
        BadSetting: ``value`` is none of these.
    """
    if value is None:
        return None
    if isinstance(value, TemporalStreamingHooks):
        raise BadSetting("HOOKS is an object; write the class: each turn makes its own, with the task's id.")
    if (cls := value if isinstance(value, type) else type(value)) and issubclass(cls, RunHooksBase):
        _check_hooks(cls)
    if isinstance(value, RunHooksBase):
        return lambda _task_id: copy.deepcopy(value)
    if not callable(value) or (isinstance(value, type) and not issubclass(value, RunHooksBase)):
        raise BadSetting(
            f"HOOKS is {value!r}; write a subclass of RunHooks or of adk.TemporalStreamingHooks."
        )
    # Functions and SDK classes that take no argument are called without the id.
    return value if takes_argument(value) else lambda _task_id: value()
