"""compat/agentex_sdk is needed while agentex-sdk is not installed. Its finder ignores an installed agentex-sdk."""

import importlib
import importlib.util
import sys
from pathlib import Path

import pytest

from agentex_web.compat import agentex_sdk
from agentex_web.compat.agentex_sdk import manifest
from agentex_web.compat.agentex_sdk.environment import EnvironmentVariables
from agentex_web.compat.agentex_sdk.finder import Finder
from agentex_web.compat.agentex_sdk.names import MODULES

agentex_sdk.install()

MANIFEST = """
build:
  context:
    root: ../
agent:
  acp_type: async
  name: "night-desk"   # what the page shows
  description: 'Answers at night'
  temporal:
    enabled: true
    workflows:
      # The class's name
      - name: night-flow
        queue_name: night_queue
      - name: another
deployment:
  global:
    agent:
      name: "elsewhere"
"""


def test_the_sdk_is_not_installed() -> None:
    finders = [each for each in sys.meta_path if each is not Finder]
    assert all(
        each.find_spec("agentex", None, None) is None for each in finders if hasattr(each, "find_spec")
    )


@pytest.mark.parametrize("module", MODULES)
def test_each_name_of_the_table_leads_somewhere(module: str) -> None:
    found = importlib.import_module(module)
    for name in MODULES[module]:
        assert getattr(found, name) is not None


def test_a_name_that_is_not_there_says_so() -> None:
    with pytest.raises(ImportError, match="cannot import name 'Nothing'"):
        from agentex.lib.types.acp import Nothing  # type: ignore[import-not-found]  # noqa: F401
    assert importlib.util.find_spec("agentex.lib.nothing") is None


def test_the_finder_leaves_an_installed_sdk_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "agentex", importlib.import_module("json"))
    assert Finder.find_spec("agentex.lib.types.acp") is None


def test_a_manifest_is_read() -> None:
    assert manifest.read(MANIFEST) == manifest.Manifest(
        "night-desk", "Answers at night", "night-flow", "night_queue"
    )


def test_the_environment_comes_from_the_environment_then_the_manifest_then_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AGENT_NAME", "WORKFLOW_NAME", "WORKFLOW_TASK_QUEUE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("agentex_web.agents.__path__", [str(tmp_path)])
    desk = tmp_path / "desk" / "project"
    desk.mkdir(parents=True)

    def names(file: Path) -> tuple[str, str]:
        found = EnvironmentVariables.of(file)
        return found.AGENT_NAME, found.WORKFLOW_NAME

    assert names(desk / "workflow.py") == ("desk", "desk")
    assert names(tmp_path / "single.py") == ("single", "single")
    (tmp_path / "desk" / "manifest.yaml").write_text(MANIFEST)
    assert names(desk / "workflow.py") == ("night-desk", "night-flow")
    monkeypatch.setenv("WORKFLOW_NAME", "from-env")
    assert names(desk / "workflow.py") == ("night-desk", "from-env")


def test_a_folder_named_agentex_is_not_taken_for_the_sdk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "agentex" / "agents").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path)
    for name in [each for each in sys.modules if each.partition(".")[0] == "agentex"]:
        monkeypatch.delitem(sys.modules, name)
    assert importlib.import_module("agentex.lib.types.acp").SendEventParams
    assert importlib.import_module("agentex").adk.__name__ == "agentex_web.adk"
