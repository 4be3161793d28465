"""agentex_web/compat/temporal_definitions.py is needed while temporalio's definitions are private."""

from temporalio import activity, workflow

from agentex_web.compat.temporal_definitions import (
    activity_name,
    has_run,
    is_activity,
    is_workflow,
    redefine,
    run_function,
    signal_handler,
    workflow_name,
)


@workflow.defn(name="Named")
class ToBeNamed:
    @workflow.run
    async def run(self, words: str) -> str:
        return words

    @workflow.signal(name="greet")
    async def on_greeting(self, words: str) -> None: ...


@workflow.defn(name="Redefined")
class ToBeRedefined:
    @workflow.run
    async def run(self, words: str) -> str:
        return words

    @workflow.signal(name="greet")
    async def on_greeting(self, words: str) -> None: ...


class Plain(ToBeNamed):
    pass


@activity.defn(name="named")
async def to_be_named() -> None: ...


def test_names_are_found() -> None:
    assert (workflow_name(ToBeNamed), activity_name(to_be_named)) == ("Named", "named")


def test_only_what_is_decorated_itself_counts() -> None:
    assert is_workflow(ToBeNamed) and has_run(ToBeNamed) and is_activity(to_be_named)
    assert not is_workflow(Plain) and not has_run(Plain) and not is_activity(test_names_are_found)


def test_handlers_are_found() -> None:
    assert run_function(ToBeNamed) is ToBeNamed.run
    assert signal_handler(ToBeNamed, "greet") is ToBeNamed.on_greeting
    assert signal_handler(ToBeNamed, "another") is None


def test_a_workflow_gets_another_run_and_other_handlers() -> None:
    async def run(self, words: str) -> str:  # type: ignore[no-untyped-def]
        return words * 2

    async def greet(self, words: str) -> None: ...  # type: ignore[no-untyped-def]

    redefine(ToBeRedefined, run, {"greet": greet})
    assert run_function(ToBeRedefined) is run and signal_handler(ToBeRedefined, "greet") is greet
    assert workflow_name(ToBeRedefined) == "Redefined"


def test_temporalio_has_no_public_way_to_ask() -> None:
    assert not [
        name for name in ("name_of", "definition") if hasattr(workflow, name) or hasattr(activity, name)
    ]
