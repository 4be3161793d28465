"""Each call to Temporal has a time limit: without one, a server that hangs holds its caller for ever."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "agentex_web"
CALLS = {
    "create_schedule",
    "describe",
    "fetch_history",
    "fetch_history_events",
    "list_workflows",
    "signal",
    "start_workflow",
    "terminate",
}


def test_no_call_to_temporal_waits_for_ever() -> None:
    unlimited, limited = [], 0
    for folder in ("accounts", "delivery", "oversight", "schedules", "watches", "worker"):
        for path in (PACKAGE / folder).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                    continue
                if call.func.attr not in CALLS or ast.unparse(call.func.value) in ("deployment", "signal"):
                    continue
                if any(each.arg == "rpc_timeout" for each in call.keywords):
                    limited += 1
                else:
                    unlimited.append(f"{path.name}:{call.lineno} {ast.unparse(call.func)}")
    assert not unlimited
    assert limited > 10
