from agentex.lib.environment_variables import EnvironmentVariables
from temporalio import workflow

names = EnvironmentVariables.refresh()


@workflow.defn(name=names.WORKFLOW_NAME + "_approval")
class Approval:
    def __init__(self):
        self._approved = False

    @workflow.run
    async def wait_for_it(self, order: str) -> str:
        await workflow.wait_condition(lambda: self._approved)
        return f"{order} is approved"

    @workflow.signal
    async def approve(self) -> None:
        self._approved = True
