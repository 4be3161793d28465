"""A demo model, which is reset before every test, and a client for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai import DefaultHttpxClient, OpenAI

from tests.support.model_server import ModelServer


@pytest.fixture(scope="session")
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
def model(server: ModelServer) -> ModelServer:
    server.clear()
    return server


@pytest.fixture
def client(model: ModelServer) -> Iterator[OpenAI]:
    # Loading the certificates, which no test needs, costs 25 ms of CPU.
    with OpenAI(
        base_url=model.url, api_key="secret", max_retries=0, http_client=DefaultHttpxClient(verify=False)
    ) as opened:
        yield opened
