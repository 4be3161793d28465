"""What a file changes for the whole process while it is imported is put back."""

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agentex_web.adk import log_state, process_values, shared_modules
from agentex_web.adk.contained_import import ImportTooSlow, contained
from agentex_web.catalog.loading import load_catalog
from tests.unit.catalog.conftest import Files
from tests.unit.catalog.sources import GOOD

CHANGES = {
    "the working directory": "import os\nos.chdir('/')\n",
    "sys.path": "import sys\nsys.path.insert(0, '/')\n",
    "the environment": "import os\nos.environ['PATH'] = '/'\ndel os.environ['KEPT']\nos.environ['NEW'] = 'x'\n",
    "the log's handlers": "import logging\nlogging.basicConfig(level=10, force=True)\n",
    "logging.disable": "import logging\nlogging.disable(50)\n",
    "asyncio": "import asyncio\nasyncio.sleep = None\n",
    "asyncio's event loop": "import asyncio\nasyncio.BaseEventLoop.call_soon = None\n",
    "Python's builtins": "import builtins\nbuiltins.print = builtins.open = None\n",
    "ssl": "import ssl\nssl._create_default_https_context = ssl._create_unverified_context\n",
    "the event loop's policy": "import asyncio\nasyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())\n",
    "the handler of SIGTERM": "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n",
    "sys.excepthook": "import sys\nsys.excepthook = print\n",
    "the recursion limit": "import sys\nsys.setrecursionlimit(5000)\n",
    "the sockets' timeout": "import socket\nsocket.setdefaulttimeout(1)\n",
    "the log's level": "import logging\nlogging.getLogger().setLevel(1)\n",
    "the log's formats": "import logging\nlogging.getLogger().handlers[0].setFormatter(logging.Formatter('%(message)s'))\n",
    "the log's filters": "import logging\nlogging.getLogger().addFilter(lambda record: False)\n",
    "other loggers": "import logging.config\nlogging.config.dictConfig({'version': 1})\n",
    "the log records": "import logging\nlogging.setLogRecordFactory(print)\n",
    "the class of loggers": "import logging\nlogging.setLoggerClass(type('L', (logging.Logger,), {}))\n",
    "the warnings' display": "import logging\nlogging.captureWarnings(True)\n",
    "loggers": "import logging\nlogging.Logger.info = print\n",
    "the permissions of new files": "import os\nos.umask(0)\n",
    "the garbage collector": "import gc\ngc.disable()\n",
    "the garbage collector's limits": "import gc\ngc.set_threshold(1)\n",
    "the locale": "import locale\nlocale.setlocale(locale.LC_ALL, 'C.UTF-8')\n",
    "the time zone": "import os, time\nos.environ['TZ'] = 'Asia/Tokyo'\ntime.tzset()\n",
    "threading": "import threading\nthreading.excepthook = print\n",
    "the threads' stack size": "import threading\nthreading.stack_size(1 << 20)\n",
    "blocked signals": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n",
    "sys.unraisablehook": "import sys\nsys.unraisablehook = print\n",
    "the interval of thread switches": "import sys\nsys.setswitchinterval(60)\n",
    "the finders of modules": "import sys\nsys.meta_path.clear()\n",
    "loaded modules": "import sys\nsys.modules['json'] = None\ndel sys.modules['asyncio']\n",
    "JSON encoders": "import json\njson.JSONEncoder.default = lambda *_: ''\n",
    "the SDK's Runner": "from agents import Runner\nRunner.run = None\n",
    "os": "import os\nos.fork = os.getpid = None\n",
}


@pytest.fixture
def finders(files: Files) -> None:
    """The finders of agents' modules, which the first import of a process adds."""
    file = files({"first.py": GOOD}) / "first.py"
    load_catalog()
    file.unlink()


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.usefixtures("finders")
def test_what_it_changes_for_everybody_is_put_back(
    files: Files, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEPT", "as it was")
    monkeypatch.delenv("NEW", raising=False)

    def state() -> list[object]:
        parts = [*process_values.parts(), *log_state.parts(), *log_state.quiet_parts()]
        names = (vars(each) for each in shared_modules.NAMESPACES.values())
        kept = {name: value for name, value in os.environ.items() if name != "NEW"}
        handlers = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
        return [
            *(read() for name, read, _ in parts if name != "other loggers"),
            *(dict(owner) for owner in names),
            *(kept, handlers, list(sys.meta_path), sys.modules["json"], time.tzname),
            logging.getLogger("asyncio").disabled,
        ]

    logging.getLogger("asyncio")
    before = state()
    files({"loud.py": CHANGES[what] + ("" if what == "the finders of modules" else GOOD)})
    catalog = load_catalog()
    assert list(catalog.agents) == ([] if what == "the finders of modules" else ["loud"]), catalog.broken
    assert state() == before
    assert len(catalog.warnings) == 1
    assert catalog.warnings[0].startswith("agents/loud.py changes ")
    assert what in catalog.warnings[0]
    assert ("NEW" in os.environ) is (what == "the environment")
    os.environ.pop("NEW", None)


def test_an_address_of_the_models_in_the_environment_is_that_of_the_files_own_agents(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    address = "import os\nos.environ['OPENAI_BASE_URL'] = 'http://own.invalid/v1'\n"
    files({"good.py": GOOD, "own.py": address + GOOD})
    catalog = load_catalog()
    assert "OPENAI_BASE_URL" not in os.environ
    assert catalog.agents["good"].settings.run_config is None
    assert next(iter(catalog.agents["own"].providers))
    (provider,) = catalog.agents["own"].providers.values()
    client = provider.get_model("m")._client  # type: ignore[attr-defined]
    assert str(client.base_url) == "http://own.invalid/v1/"


def test_a_thread_of_a_file_keeps_no_process_from_ending(files: Files) -> None:
    files(
        {
            "busy.py": GOOD + "import threading\nthread = threading.Thread(target=threading.Event().wait)\n"
            "thread.start()\n"
        }
    )
    assert list(load_catalog().agents) == ["busy"]
    started = [each for each in threading.enumerate() if each.name.startswith("Thread-")]
    assert started
    assert all(each.daemon for each in started)


def test_what_a_file_prints_has_a_limit(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    files({"loud.py": GOOD + "import sys\nfor _ in range(1000):\n    print('x' * 99)\nout = sys.stdout\n"})
    catalog = load_catalog()
    assert catalog.broken == {}
    printed = capsys.readouterr().out
    assert len(printed) < 10_100
    assert printed.endswith("… and 90,000 characters more\n")


def test_the_default_client_is_that_of_the_files_own_agents(files: Files) -> None:
    from agents.models import _openai_shared

    folder = files(
        {
            "good.py": GOOD,
            "gemini.py": "from config import client\n" + GOOD,
            "config.py": "from openai import AsyncOpenAI\n"
            "from agents import set_default_openai_api, set_default_openai_client, set_tracing_disabled\n"
            "client = AsyncOpenAI(api_key='k', base_url='http://gemini.invalid/v1')\n"
            "set_default_openai_client(client, use_for_tracing=False)\n"
            "set_default_openai_api('chat_completions')\nset_tracing_disabled(True)\n",
        }
    )
    (folder / "config.py").rename(Path(folder) / "_config.py")
    (folder / "gemini.py").write_text("from _config import client\n" + GOOD)
    catalog = load_catalog()
    assert catalog.broken == {}
    assert _openai_shared.get_default_openai_client() is None
    assert _openai_shared.get_use_responses_by_default()
    assert catalog.agents["good"].settings.run_config is None
    own = catalog.agents["gemini"]
    assert own.settings.run_config is not None
    assert own.settings.run_config.model_provider in own.providers.values()
    model = own.settings.run_config.model_provider.get_model("gemini-2.0-flash")
    assert type(model).__name__ == "ChatCompletionsModel"


def test_a_directory_that_was_removed_and_a_path_that_is_gone_keep_nothing_else_from_being_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, path = signal.getsignal(signal.SIGTERM), list(sys.path)
    monkeypatch.chdir(Path.cwd())
    with contained() as changed:
        (tmp_path / "gone").mkdir()
        os.chdir(tmp_path / "gone")
        (tmp_path / "gone").rmdir()
        sys.path = None  # type: ignore[assignment]
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    assert signal.getsignal(signal.SIGTERM) == before and sys.path == path
    assert {"the working directory", "sys.path", "the handler of SIGTERM"} <= set(changed)


@pytest.mark.parametrize("trick", ["catches", "turns the timer off"])
def test_an_import_that_defends_itself_is_interrupted(trick: str) -> None:
    with pytest.raises(ImportTooSlow), contained(0.1):
        if trick == "catches":
            with contextlib.suppress(BaseException):
                threading.Event().wait(60)
        else:
            signal.alarm(0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
        threading.Event().wait(60)


def test_a_connection_of_a_file_may_be_used_by_its_tools_in_threads(files: Files) -> None:
    files({"shop.py": GOOD + "import sqlite3\nconnection = sqlite3.connect(':memory:')\n"})
    assert load_catalog().broken == {}
    connection = sys.modules["agentex_web.agents.shop"].connection
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(lambda: connection.execute("SELECT 7").fetchone()).result() == (7,)


def test_a_request_at_import_is_no_change_of_the_process(files: Files) -> None:
    files({"rates.py": GOOD + "import urllib.request\nurllib.request.urlopen('data:,7').read()\n"})
    catalog = load_catalog()
    assert (catalog.broken, catalog.warnings) == ({}, [])
