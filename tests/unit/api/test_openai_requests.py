"""Requests of OpenAI's interface: how conversations are read, and what is refused with which words."""

import base64
from typing import Any

import pytest

from agentex_web.api.openai.errors import ApiError
from agentex_web.api.openai.given import NOTICE, Given, GivenMessage, plain
from agentex_web.api.openai.messages_input import conversation_of, input_of
from agentex_web.api.openai.wanted import read_wanted

HI = {"role": "user", "content": "Hi"}
PNG = base64.b64encode(b"\x89PNG").decode()


def said(given: Given) -> list[tuple[str, str]]:
    return [(each.role, each.text) for each in (*given.before, given.asked)]


def test_a_text_is_one_message_of_the_person() -> None:
    assert said(input_of({"input": "Hi"})) == [("user", "Hi")]


def test_both_interfaces_read_the_same_conversation() -> None:
    chat = conversation_of(
        {
            "messages": [
                {"role": "system", "content": "Be brief."},
                HI,
                {"role": "assistant", "content": "Hello", "tool_calls": [{"id": "call_1"}]},
                {"role": "tool", "tool_call_id": "call_1", "content": "42"},
                {
                    "role": "user",
                    "content": [{"type": "text", "text": "And"}, {"type": "text", "text": "now?"}],
                },
            ]
        }
    )
    items = [
        {"type": "message", **HI},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"role": "assistant", "content": [{"type": "output_text", "text": "Hello", "annotations": []}]},
        {"type": "mcp_call", "name": "a_tool"},
        {"role": "user", "content": [{"type": "input_text", "text": "And\nnow?"}]},
    ]
    assert said(chat) == [("user", "Hi"), ("assistant", "Hello"), ("user", "And\nnow?")]
    assert chat == input_of({"input": items, "instructions": "Be brief."})


def test_messages_of_one_role_are_joined_and_a_greeting_is_left_out() -> None:
    given = conversation_of({"messages": [{"role": "assistant", "content": "Welcome"}, HI, HI]})
    assert said(given) == [("user", "Hi\n\nHi")]


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}},
        {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}"},
        {"type": "file", "file": {"filename": "a.png", "file_data": PNG}},
        {"type": "input_file", "filename": "a.png", "file_data": f"data:image/png;base64,{PNG}"},
    ],
)
def test_images_and_files_come_as_data(part: dict[str, Any]) -> None:
    asked = conversation_of({"messages": [{"role": "user", "content": [part]}]}).asked
    assert [(each.name[-4:], each.body) for each in asked.files] == [(".png", b"\x89PNG")]


def test_a_file_that_was_uploaded_is_named_by_its_id() -> None:
    part = {"type": "input_file", "file_id": "file-1"}
    assert input_of({"input": [{"role": "user", "content": [part]}]}).asked.files[0].uploaded == "file-1"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "array of objects"),
        ({"messages": []}, "must be one of the role “user”"),
        ({"messages": [HI, {"role": "assistant", "content": "Hello"}]}, "must be one of the role “user”"),
        ({"messages": ["Hi"]}, "array of objects"),
        ({"messages": [{"role": "king", "content": "Hi"}]}, "must be user, assistant"),
        ({"messages": [{"role": "user", "content": 5}]}, "array of objects"),
        ({"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]}, "texts, images and files"),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image_url", "image_url": "https://a.b/c.png"}]}
                ]
            },
            "fetches no addresses",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "file", "file": {"file_data": "%%%"}}]}]},
            "not base64",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(body: dict[str, Any], words: str) -> None:
    with pytest.raises(ApiError, match=words):
        conversation_of(body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tools", [{"type": "function"}]),
        ("tool_choice", "required"),
        ("response_format", {"type": "json_object"}),
        ("text", {"format": {"type": "json_schema"}}),
        ("n", 2),
        ("stop", ["\n"]),
        ("logprobs", True),
        ("modalities", ["text", "audio"]),
        ("prompt", {"id": "pmpt_1"}),
    ],
)
def test_what_agents_cannot_do_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ApiError, match="is not supported") as refused:
        read_wanted({"model": "haiku", field: value})
    assert refused.value.code == "unsupported_parameter" and refused.value.status == 400
    assert str(refused.value.param).startswith(field)


def test_what_is_harmless_is_ignored() -> None:
    """As LangChain, Open WebUI and LibreChat send it, with fields of their own."""
    wanted = read_wanted(
        {
            "model": "haiku", "stream": True, "stream_options": {"include_usage": True}, "top_p": 0.9,
            "max_tokens": 100, "presence_penalty": 0, "seed": 1, "tools": [], "tool_choice": "auto", "n": 1,
            "parallel_tool_calls": True, "user": "u1", "response_format": {"type": "text"}, "stop": None,
            "chat_id": "b7", "session_id": "s", "features": {"web_search": False}, "params": {}, "files": None,
            "include": ["reasoning.encrypted_content"], "service_tier": "auto", "logit_bias": {},
            "modalities": 7,
        }
    )  # fmt: skip
    assert (wanted.model, wanted.streams, wanted.with_usage) == ("haiku", True, True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"model": 5},
        {"model": "haiku", "stream": "yes"},
        {"model": "haiku", "metadata": {"a": 1}},
        {"model": "haiku", "metadata": {str(number): "" for number in range(17)}},
        {"model": "haiku", "temperature": "hot"},
        {"model": "haiku", "previous_response_id": "resp_xyz"},
        {"model": "haiku", "conversation": "conv_xyz"},
        {"model": "haiku", "conversation": "conv_" + "a" * 32, "previous_response_id": "resp_" + "a" * 32},
    ],
)
def test_invalid_fields_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ApiError):
        read_wanted(body)


def test_reasoning_without_an_end_stays_and_one_inside_another_ends_with_the_first_end() -> None:
    assert plain("a <think>b") == "a <think>b"
    assert (
        plain('a <THINK>b <details type="reasoning" c</thinking> d </details> <think>e</think>f')
        == "a d </details> f"
    )


def test_an_answer_is_the_same_without_what_clients_add() -> None:
    notice = f"{NOTICE}: “Send mail”. Decide here: http://a/tasks/1/"
    for text in (
        "The  answer.",
        "<think>Hm.\nHm.</think>\nThe answer.",
        'The answer.\n<details type="reasoning" done="true"><summary>Thought</summary>Hm</details>',
        f"The answer.\n\n{notice}",
    ):
        assert plain(text) == "The answer.", text


def test_a_conversation_is_known_by_its_words_whatever_the_instructions() -> None:
    question, answer = GivenMessage("user", "Hi"), GivenMessage("assistant", "Hello")
    first = Given(question, system="It is 8:00.")
    second = Given(GivenMessage("user", "And now?"), (question, answer), "It is 8:01.")
    assert second.digest_before == first.digest and second.answer_before == "Hello"
    assert second.digest != Given(second.asked, (question, GivenMessage("assistant", "No")), "").digest
