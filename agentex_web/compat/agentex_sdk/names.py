"""The modules of agentex-sdk and their names, each with the "module:attribute" of this project behind it."""

_ADK = "agentex_web.adk"
_TURNS = "agentex_web.turns"
_HERE = "agentex_web.compat.agentex_sdk"
_TEMPORAL = "agentex.lib.core.temporal"
_PLUGIN = f"{_TEMPORAL}.plugins.openai_agents"


def _contents(*names: str) -> dict[str, str]:
    return {name: f"{_TURNS}.contents:{name}" for name in names}


_ACP = {
    "SendEventParams": f"{_TURNS}.event:SendEventParams",
    "CreateTaskParams": f"{_TURNS}.payloads:TaskParams",
    "CancelTaskParams": f"{_TURNS}.payloads:TaskParams",
    "InterruptTaskParams": f"{_TURNS}.payloads:TaskParams",
}
_CONTENTS = _contents("TextContent", "DataContent", "ToolRequestContent", "ToolResponseContent")
_HOOKS = {"TemporalStreamingHooks": f"{_TURNS}.hooks:TemporalStreamingHooks"}
_MODELS = {
    name: f"agentex_web.worker.model.{module}:{name}"
    for name, module in {
        "TemporalStreamingModel": "streaming_model",
        "TemporalStreamingModelProvider": "provider",
    }.items()
}
_INTERCEPTORS = {
    "ContextInterceptor": f"{_TURNS}.context_interceptor:ContextInterceptor",
    "streaming_task_id": "agentex_web.compat.guide:streaming_task_id",
}
_TRACING = {"add_tracing_processor_config": f"{_HERE}.stand_ins:add_tracing_processor_config"}

_STATES = {
    "StateMachine": f"{_ADK}.state_machine:StateMachine",
    **{name: f"{_ADK}.states:{name}" for name in ("NoOpWorkflow", "State", "StateWorkflow")},
}
_STATE_MODULES = ("noop_workflow", "state", "state_machine", "state_workflow")

MODULES: dict[str, dict[str, str]] = {
    "agentex": {"adk": _ADK},
    "agentex.lib": {"adk": _ADK},
    "agentex.lib.adk": {
        "providers": f"{_HERE}.providers",
        "utils": f"{_HERE}.templating:utils",
        **{name: f"{_ADK}.{name}" for name in ("acp", "messages", "state", "streaming", "tasks", "tracing")},
    },
    "agentex.lib.types.acp": _ACP,
    "agentex.protocol.acp": _ACP,
    "agentex.lib.types.fastacp": {
        name: f"{_HERE}.stand_ins:{name}" for name in ("AsyncACPConfig", "SyncACPConfig", "TemporalACPConfig")
    },
    "agentex.lib.types.tracing": {
        "SGPTracingProcessorConfig": f"{_HERE}.stand_ins:SGPTracingProcessorConfig"
    },
    "agentex.lib.sdk.fastacp.fastacp": {"FastACP": f"{_HERE}.stand_ins:FastACP"},
    "agentex.lib.sdk.state_machine": _STATES,
    **{f"agentex.lib.sdk.state_machine.{name}": _STATES for name in _STATE_MODULES},
    "agentex.lib.core.harness.emitter": {"UnifiedEmitter": f"{_HERE}.harness:UnifiedEmitter"},
    "agentex.lib.adk.providers._modules.openai_turn": {"OpenAITurn": f"{_HERE}.harness:OpenAITurn"},
    "agentex.lib.environment_variables": {
        "EnvironmentVariables": f"{_HERE}.environment:EnvironmentVariables"
    },
    "agentex.lib.utils.logging": {"make_logger": "logging:getLogger"},
    "agentex.lib.utils.model_utils": {"BaseModel": "pydantic:BaseModel"},
    "agentex.lib.utils.debug": {"setup_debug_if_enabled": f"{_HERE}.stand_ins:setup_debug_if_enabled"},
    "agentex.lib.core.tracing.tracing_processor_manager": _TRACING,
    f"{_TEMPORAL}.activities": {"get_all_activities": f"{_HERE}.stand_ins:get_all_activities"},
    f"{_TEMPORAL}.activities.adk.providers.openai_activities": {
        **{name: f"agents:{name}" for name in ("FunctionTool", "WebSearchTool", "FileSearchTool")},
        **{
            name: f"{_HERE}.providers:{name}"
            for name in ("TemporalInputGuardrail", "TemporalOutputGuardrail")
        },
    },
    "agentex.lib.adk.utils": {"templating": f"{_HERE}.templating:templating"},
    "agentex.lib.adk.providers": {name: f"{_HERE}.providers:{name}" for name in ("litellm", "openai")},
    "agentex.lib.types.llm_messages": {
        name: f"{_HERE}.messages:{name}"
        for name in ("AssistantMessage", "LLMConfig", "SystemMessage", "UserMessage")
    },
    f"{_TEMPORAL}.types.workflow": {"SignalName": f"{_TURNS}.payloads:SignalName"},
    f"{_TEMPORAL}.workflows.workflow": {"BaseWorkflow": "agentex_web.compat.guide:BaseWorkflow"},
    f"{_TEMPORAL}.workers.worker": {"AgentexWorker": "agentex_web.worker.worker:AgentexWorker"},
    _PLUGIN: {**_HOOKS, **_MODELS, **_INTERCEPTORS},
    f"{_PLUGIN}.hooks.hooks": _HOOKS,
    f"{_PLUGIN}.hooks.activities": {
        "stream_lifecycle_content": f"{_HERE}.stand_ins:stream_lifecycle_content"
    },
    f"{_PLUGIN}.models.temporal_streaming_model": _MODELS,
    f"{_PLUGIN}.interceptors.context_interceptor": _INTERCEPTORS,
    "agentex.types.event": {"Event": f"{_TURNS}.event:Event"},
    "agentex.types.task": {"Task": f"{_TURNS}.task_payloads:TaskRef"},
    "agentex.types.text_content": _contents("TextContent"),
    "agentex.types.data_content": _contents("DataContent"),
    "agentex.types.tool_request_content": _contents("ToolRequestContent"),
    "agentex.types.tool_response_content": _contents("ToolResponseContent"),
    "agentex.types.task_message": _contents("TaskMessage"),
    "agentex.types.task_message_content": {**_CONTENTS, "TaskMessageContent": f"{_TURNS}.contents:Content"},
    "agentex.types.span": {"Span": f"{_ADK}.tracing:Span"},
}
