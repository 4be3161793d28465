"""Settings come from the environment, secrets also from files. A bad value gives one line that says what to do."""

import os
import runpy
from pathlib import Path

import pytest

from agentex_web.settings import environment
from tests.support.forked import run


def manage(tmp_path: Path, *command: str, **environment: str) -> tuple[int, str]:
    """Runs a command of manage.py. Returns its exit code and its output."""
    given = {**os.environ, "AGENTEX_DATA_DIR": str(tmp_path), **environment}
    return run(["manage.py", *command], given, tmp_path / "log")


def test_the_key_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-from-a-file\n")
    code = "from django.conf import settings; print(settings.OPENAI_API_KEY)"
    told = manage(tmp_path, "shell", "--no-imports", "-c", code, OPENAI_API_KEY_FILE=str(tmp_path / "key"))
    assert told == (0, "sk-from-a-file\n")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PORT", "abc", "Not a valid integer"),
        ("AGENTEX_MODEL_API", "telepathy", "responses, chat_completions"),
        ("OPENAI_API_KEY_FILE", "/nowhere/key", "/nowhere/key"),
    ],
)
def test_a_bad_value_is_named_in_one_line(tmp_path: Path, name: str, value: str, reason: str) -> None:
    code, said = manage(tmp_path, "check", **{name: value})
    assert code != 0
    assert name in said and reason in said
    assert len(said.strip().splitlines()) == 1, said


def test_with_the_settings_of_a_real_site_django_finds_nothing_to_warn_of(tmp_path: Path) -> None:
    code, said = manage(
        tmp_path,
        *("check", "--deploy", "--fail-level", "WARNING"),
        SECRET_KEY="a-key-of-this-test-only-" + "".join(chr(97 + number % 26) for number in range(40)),
        SECURE_COOKIES="1",
        BEHIND_TLS_PROXY="1",
        ALLOWED_HOSTS="chat.example.org",
        CSRF_TRUSTED_ORIGINS="https://chat.example.org",
    )
    assert code == 0, said
    assert "no issues" in said


@pytest.mark.parametrize(
    ("module", "given"),
    [
        (
            "limits",
            {
                "AGENTEX_MESSAGES_PER_MINUTE": 4,
                "AGENTEX_UPLOADS_PER_MINUTE": 2,
                "AGENTEX_OPEN_TURNS": 2,
                "AGENTEX_OPEN_SOCKETS": 3,
                "AGENTEX_SOCKET_CHECK_SECONDS": 3600.0,
            },
        ),
        (
            "worker",
            {
                "AGENTEX_CONCURRENT_MODEL_CALLS": 1,
                "AGENTEX_WORKER_GRACE_SECONDS": 1.0,
                "AGENTEX_WORKER_VERSIONING": "auto",
                "AGENTEX_BUILD_ID": "code-a",
            },
        ),
        ("models", {"AGENTEX_MODEL_API": "chat_completions"}),
    ],
)
def test_settings_that_tests_change_are_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, module: str, given: dict[str, object]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, str(value))
    # It refuses to be read once the settings are complete.
    monkeypatch.setattr(environment.env, "_sealed", False)
    found = runpy.run_module(f"agentex_web.settings.{module}")
    assert {name: found[name] for name in given} == given
