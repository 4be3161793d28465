"""A page that goes away while the server answers it ends no consumer before its `disconnect`."""

import asyncio
from typing import Any

import pytest
from autobahn.exception import Disconnected
from channels.generic.websocket import AsyncWebsocketConsumer

from agentex_web.chat.consumers import TaskConsumer
from agentex_web.chat.list_socket import ListConsumer


@pytest.mark.parametrize("kind", [TaskConsumer, ListConsumer])
def test_an_answer_to_a_page_that_has_gone_is_no_error(kind: type[AsyncWebsocketConsumer]) -> None:
    answers: list[str] = []

    async def gone(message: dict[str, Any]) -> None:
        answers.append(message["type"])
        raise Disconnected

    consumer = kind()
    consumer.base_send = gone
    asyncio.run(consumer.receive("anything"))
    assert answers == ["websocket.send"]
