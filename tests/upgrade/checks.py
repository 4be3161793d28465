"""The checks after the upgrade, for each chat in the manifest."""

import hashlib
import html
import json
import re
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.support.tables import NAME, tables_in
from tests.support.waiting import PATIENCE, until
from tests.upgrade.product import Browser, Product
from tests.upgrade.record import Json, Record, Temporal

OPEN = ("pending", "queued", "running")


def words(text: str) -> str:
    """Keeps only letters and digits, because pages show the rest as markup."""
    return re.sub(r"[\W_]+", "", text)


class Model:
    """The scripted model server."""

    def __init__(self, url: str) -> None:
        self.url = url.removesuffix("/v1")

    def script(self, match: str, steps: list[Json]) -> None:
        body = json.dumps({"match": match, "steps": steps, "times": 1}).encode()
        urlopen(Request(f"{self.url}/script", body, method="POST"), timeout=PATIENCE).close()

    def given(self, match: str) -> list[str]:
        """All texts in the input of each model call whose latest message contains ``match``."""
        with urlopen(f"{self.url}/script/requests", timeout=PATIENCE) as answer:
            requests = json.load(answer)["requests"]
        found = [each["body"] for each in requests if match in each["last_user_text"]]
        return ["\n".join(_strings(body.get("input") or body.get("messages"))) for body in found]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


class Upgrade:
    def __init__(self, product: Product, manifest: Json) -> None:
        self.product, self.manifest = product, manifest
        self.chats: dict[str, Json] = manifest["chats"]
        self.record = Record(product.data / "agentex.sqlite3")
        self.failures: list[str] = []

    def run(self) -> None:
        product = self.product
        product.start_model()
        self.model = Model(product.model_url)
        for chat in self.chats.values():
            for script in [*chat.get("script", []), *chat["next"]["script"]]:
                self.model.script(script["match"], script["steps"])
        product.migrate()
        self.check("tables", self.tables_are_those_of_a_new_database)
        self.every("rows", self.rows_are_there)
        product.start_services()
        product.start_web()
        self.ada = Browser(product.url, **self.manifest["user"])
        self.every("page before a worker runs", self.page_shows_all)
        self.check("the list of chats", self.list_shows_all)
        self.check("the file and the thumb", self.varied_is_whole)
        product.start_worker()
        until(lambda: (product.health() or {}).get("worker") == "up", "the worker")
        self.every("what was under way", self.ends, only=lambda chat: chat["state"] != "idle")
        self.every("the next message", self.next_is_answered)
        self.every("page after all", self.page_shows_all)
        self.every("rows after all", self.rows_are_there)
        self.temporal = Temporal(product.data)
        self.every("Temporal", self.no_replay_failed)
        self.check("logs", self.logs_are_clean)

    def every(
        self, what: str, check: Callable[[str, Json], None], only: Callable[[Json], bool] = bool
    ) -> None:
        for name, chat in self.chats.items():
            if only(chat):
                self.check(f"{what}: {name}", lambda: check(name, chat))  # noqa: B023

    def check(self, what: str, check: Callable[[], None]) -> None:
        try:
            check()
        except Exception as error:  # noqa: BLE001  (all failures are reported together)
            self.failures.append(f"{what}: {type(error).__name__}: {error}")

    def tables_are_those_of_a_new_database(self) -> None:
        """A new database is made by squashed migrations, this one by those that they replace."""
        with tempfile.TemporaryDirectory() as folder:
            tables_in(Path(folder))
            new = Record(Path(folder) / NAME).schema()
        old = self.record.schema()
        assert old == new, {
            name: (old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)
        }

    # -- checks per chat

    def rows_are_there(self, name: str, chat: Json) -> None:
        """Checks that every turn and message is unchanged, and that ended turns keep their status."""
        turns = {turn["id"]: turn for turn in self.record.turns(chat["task"])}
        for before in chat["turns"]:
            turn = turns[before["id"]]
            if before["status"] not in OPEN:
                assert (turn["status"], turn["error"]) == (before["status"], before["error"]), (turn, before)
            messages = {message["id"]: message for message in self.record.messages(before["id"])}
            for each in before["messages"]:
                message = messages[each["id"]]
                assert (message["author"], message["kind"]) == (each["author"], each["kind"]), (message, each)
                if "sha256" in each:
                    assert hashlib.sha256(message["content"].encode()).hexdigest() == each["sha256"]
                else:
                    assert message["content"] == each["content"], (message, each)

    def page_shows_all(self, name: str, chat: Json) -> None:
        page = self.page(chat)
        for turn in chat["turns"]:
            for each in turn["messages"] if turn["shown"] else []:
                said = words(each.get("content", each.get("begins", "")))
                assert said in page, f"{each} is not shown"

    def page(self, chat: Json) -> str:
        status, page = self.ada.get(f"/tasks/{chat['task']}/")
        assert status == 200, status
        return words(html.unescape(re.sub(r"<[^>]*>", "", page)))

    def list_shows_all(self) -> None:
        page = html.unescape(self.ada.get("/")[1])
        missing = [chat["task"] for chat in self.chats.values() if chat["task"] not in page]
        assert not missing, missing

    def varied_is_whole(self) -> None:
        chat = self.chats["varied"]
        assert self.ada.raw(f"/attachments/{chat['attachment']}/").startswith(b"\x89PNG")
        for table, number in self.manifest["rows"].items():
            assert self.record.count(table) == number, table

    def ends(self, name: str, chat: Json) -> None:
        open_turns = [turn for turn in chat["turns"] if turn["status"] in OPEN]
        if "waits_for" in chat:
            waits = self.product.data / f"{chat['waits_for']}.waiting"
            over = open_turns[-1]["id"]
            until(lambda: waits.exists() or self.over(chat, over), "the tool's second attempt")
            (self.product.data / f"{chat['waits_for']}.go").touch()
        # Wait for all turns first, because nothing can be repeated in a running chat.
        for before, turn in [(each, self.ended(chat, each["id"])) for each in open_turns]:
            assert turn["status"] == "done", turn
            said = str(before["messages"][0]["content"])
            expected = next(answers for start, answers in chat["ends"].items() if said.startswith(start))
            assert self.answers(turn["id"]) == expected, (self.answers(turn["id"]), expected)
        if "results" in chat:
            rows = [row for turn in chat["turns"] for row in self.record.messages(turn["id"])]
            results = [row["content"] for row in rows if row["kind"] == "tool_response"]
            assert results == chat["results"], results
            assert (self.product.data / "first.count").read_text() == "1"

    def next_is_answered(self, name: str, chat: Json) -> None:
        following = chat["next"]
        message = str(uuid.uuid4())
        data = {"id": message, "content": following["send"]}
        status, answer = self.ada.post(f"/tasks/{chat['task']}/messages/", data)
        assert status == 201, (status, answer)
        turn = self.ended(chat, message)
        assert turn["status"] == "done", turn
        assert following["answer"] in self.answers(message), self.answers(message)
        if following["remembers"]:
            given = words(self.model.given(following["send"])[0])
            for earlier in chat["turns"] if name != "long" else []:
                for each in earlier["messages"] if earlier["shown"] else []:
                    if each["kind"] == "text" and each["author"] != "system":
                        assert words(each["content"]) in given, f"{each} is forgotten"

    def no_replay_failed(self, name: str, chat: Json) -> None:
        """Checks that no replay failed and that each workflow continued in its run, unless a new run is expected."""
        runs = self.temporal.runs(chat["workflow"], chat["temporal"]["run"])
        failed = [reason for run in runs for reason in run["failed_tasks"]]
        assert not failed, failed
        match chat.get("run"):
            case "closed":
                assert runs[-1]["run"] != chat["temporal"]["run"], runs
            case "due":
                # The run's idle time may not be over yet.
                if runs[-1]["run"] != chat["temporal"]["run"]:
                    assert {run["status"] for run in runs[:-1]} <= {"COMPLETED"}, runs
            case _:
                assert [run["run"] for run in runs] == [chat["temporal"]["run"]], runs

    def logs_are_clean(self) -> None:
        # The bookkeeper's activity fails once per turn, on purpose.
        purpose = r"[^\n]*Completing activity as failed.*?the first attempt fails\n"
        # Temporal's own start, if it is asked before it is ready.
        purpose += r"|[^\n]*Frontend is not healthy yet[^\n]*\n"
        told = [
            f"{name}: {line}"
            for name in ("services", "worker", "web")
            for line in re.sub(purpose, "", self.product.log(name), flags=re.DOTALL).splitlines()
            if re.search(r"Traceback|ERROR|CRITICAL|[Nn]ondeterminism|TMPRL", line)
        ]
        assert not told, told[:20]
        assert not self.product.dead(), self.product.dead()

    # -- helpers

    def over(self, chat: Json, turn_id: str) -> Json | None:
        turn = next((each for each in self.record.turns(chat["task"]) if each["id"] == turn_id), None)
        return None if turn is None or turn["status"] in OPEN else turn

    def ended(self, chat: Json, turn_id: str) -> Json:
        ended: Json = until(lambda: self.over(chat, turn_id), f"the end of turn {turn_id}")
        return ended

    def answers(self, turn_id: str) -> list[str]:
        rows = self.record.messages(turn_id)
        return [row["content"] for row in rows if row["author"] == "agent" and row["kind"] == "text"]
