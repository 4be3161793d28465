"""A person with an API key, who calls the API without services; each answer is checked against its description."""

import functools
import json
import re
from typing import Any

import jsonschema
from django.contrib.auth.models import User
from django.test import AsyncClient

from agentex_web.accounts import api_keys
from agentex_web.api.openapi import description
from tests.support.own_chats import somebody

BASE = "/api/v1"


@functools.cache
def described() -> dict[str, Any]:
    return json.loads(json.dumps(description()))  # type: ignore[no-any-return]


def operation(method: str, path: str) -> dict[str, Any]:
    """The description of the operation at this path."""
    for template, operations in described()["paths"].items():
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path.split("?")[0]) and method in operations:
            return operations[method]  # type: ignore[no-any-return]
    raise AssertionError(f"{method} {path} is not described")


def check(method: str, path: str, answer: Any) -> None:
    """Checks that the answer is what the description says."""
    said = operation(method, path)["responses"].get(str(answer.status_code))
    assert said is not None, (method, path, answer.status_code, answer.content)
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    content = said.get("content", {})
    assert not content or kind in content or "*/*" in content, (kind, list(content))
    if kind in content and "json" in kind:
        schema = {**content[kind]["schema"], "components": described()["components"]}
        jsonschema.Draft202012Validator(schema).validate(json.loads(answer.content))


class Caller:
    def __init__(self, user: User | None = None) -> None:
        self.user = user or somebody()
        self.key_row, self.key = api_keys.create(self.user)

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Calls an operation and checks the answer against the description."""
        answer = await self.raw(method, path, None if body is None else json.dumps(body), **headers)
        if not answer.streaming and answer.status_code != 405:
            check(method, BASE + path, answer)
        return answer

    async def raw(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        client = AsyncClient(raise_request_exception=False)
        given = {"authorization": f"Bearer {self.key}", **headers}
        kind = given.pop("content_type", "application/json")
        return await client.generic(
            method.upper(), BASE + path, data or b"", content_type=kind, headers=given
        )

    async def get(self, path: str, **headers: str) -> Any:
        return await self.call("get", path, **headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return await self.call("post", path, body, **headers)

    async def json(self, path: str) -> Any:
        answer = await self.get(path)
        assert answer.status_code == 200, answer.content
        return answer.json()
