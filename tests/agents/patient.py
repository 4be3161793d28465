"""A workflow that waits for something else than an activity, and then has nothing to say."""

from agentex_web.adk import SendEventParams, SignalName, workflow


@workflow.defn
class Patient:
    def __init__(self) -> None:
        self._asked = False

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        if params.event.content.content == "wait":
            await workflow.wait_condition(lambda: self._asked)

    @workflow.signal
    def go_on(self) -> None:
        self._asked = True
