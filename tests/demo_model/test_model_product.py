"""The demo model as the product runs it cannot be scripted."""

from __future__ import annotations

import subprocess
import sys

import openai
import pytest
from openai import OpenAI

from tests.support.waiting import PATIENCE


def test_the_products_demo_model_has_no_scripting_routes() -> None:
    command = [sys.executable, "-m", "agentex_web.demo_model", "--first-token-after", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        assert url.startswith("http://127.0.0.1:")
        with OpenAI(base_url=url, api_key="k", max_retries=0) as client:
            scripting = client.with_options(base_url=url.removesuffix("/v1"))
            for path in ("/script", "/script/requests", "/script/release"):
                with pytest.raises(openai.NotFoundError):
                    scripting.post(path, body={}, cast_to=object)
            assert "/tokens" in client.responses.create(model="demo", input="/help").output_text
            with pytest.raises(openai.APIConnectionError):
                list(client.responses.create(model="demo", input="/drop", stream=True))
        server.terminate()
        assert server.wait(PATIENCE) == 0


def test_hosted_tools_are_shown() -> None:
    command = [sys.executable, "-m", "agentex_web.demo_model", "--first-token-after", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        with OpenAI(base_url=url, api_key="k", max_retries=0) as client:
            for words, kind in (("/python", "code_interpreter_call"), ("/image", "image_generation_call")):
                answer = client.responses.create(model="demo", input=words)
                assert [item.type for item in answer.output] == [kind, "message"]
        server.terminate()
        assert server.wait(PATIENCE) == 0
