"""The supervisor stays small, because it runs as long as its children and does little."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.environment import ROOT

LOADED = """
import sys
from django.conf import settings
from agentex_web.embedded import run
settings.PORT
print(*sorted({name.partition(".")[0] for name in sys.modules}), "django.db.models" in sys.modules)
"""


def test_the_supervisor_loads_no_client_and_no_app(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "agentex_web.settings",
        "AGENTEX_DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-c", LOADED]
    said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)
    loaded = set(said.stdout.split())
    assert not loaded & {"temporalio", "redis", "openai", "agents", "channels", "daphne", "pydantic", "True"}
