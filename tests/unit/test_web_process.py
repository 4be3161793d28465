"""The web process loads nothing that only workers need."""

import json
import subprocess
import sys

from tests.support.environment import ROOT

CODE = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "agentex_web.settings"
import agentex_web.asgi
from django.urls import get_resolver
get_resolver().url_patterns
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_it_loads_neither_the_agents_sdk_nor_openai(tmp_path: object) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CODE],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"AGENTEX_DATA_DIR": str(tmp_path), "PATH": ""},
    )
    assert ran.returncode == 0, ran.stderr
    loaded = set(json.loads(ran.stdout))
    assert "temporalio" in loaded and "channels" in loaded
    assert loaded.isdisjoint({"agents", "openai", "pypdf", "docx", "pptx"})
