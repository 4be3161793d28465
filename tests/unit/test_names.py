"""Names that other code relies on."""

import subprocess
import sys
from pathlib import Path

from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]


def test_import_agents_is_the_sdk() -> None:
    # Python finds it without importing it, which would cost 2 s of CPU.
    code = "from importlib.util import find_spec; print(find_spec('agents').origin)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert "site-packages" in found.stdout, found
    assert not (ROOT / "agents" / "__init__.py").exists()


def test_runworker_is_ours() -> None:
    app = get_commands()["runworker"]
    assert app == "agentex_web"
    assert load_command_class(app, "runworker").__module__ == "agentex_web.management.commands.runworker"


def test_agents_of_the_folder_are_imported_under_our_name() -> None:
    import agentex_web.agents.haiku

    assert Path(agentex_web.agents.haiku.__file__) == ROOT / "agents" / "haiku.py"
