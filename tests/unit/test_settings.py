"""Settings come from the environment, secrets also from files. A bad value gives one line that says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stack import ROOT
from tests.support.waiting import PATIENCE


def manage(tmp_path: Path, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**os.environ, "AGENTEX_DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_the_key_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-from-a-file\n")
    code = "from django.conf import settings; print(settings.OPENAI_API_KEY)"
    told = manage(tmp_path, "shell", "--no-imports", "-c", code, OPENAI_API_KEY_FILE=str(tmp_path / "key"))
    assert told.stdout.strip() == "sk-from-a-file", told.stderr


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PORT", "abc", "Not a valid integer"),
        ("AGENTEX_MODEL_API", "telepathy", "responses, chat_completions"),
        ("OPENAI_API_KEY_FILE", "/nowhere/key", "/nowhere/key"),
    ],
)
def test_a_bad_value_is_named_in_one_line(tmp_path: Path, name: str, value: str, reason: str) -> None:
    told = manage(tmp_path, "check", **{name: value})
    assert told.returncode != 0
    assert name in told.stderr and reason in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1, told.stderr


def test_with_the_settings_of_a_real_site_django_finds_nothing_to_warn_of(tmp_path: Path) -> None:
    told = manage(
        tmp_path,
        *("check", "--deploy", "--fail-level", "WARNING"),
        SECRET_KEY="a-key-of-this-test-only-" + "".join(chr(97 + number % 26) for number in range(40)),
        SECURE_COOKIES="1",
        BEHIND_TLS_PROXY="1",
        ALLOWED_HOSTS="chat.example.org",
        CSRF_TRUSTED_ORIGINS="https://chat.example.org",
    )
    assert told.returncode == 0, told.stderr
    assert "no issues" in told.stdout
