"""agentex_web/compat/payload_converter.py is needed while each converter of the plugin has its own cache, and tries
each type of an item for each item of a conversation.
"""

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError
from temporalio.converter import DataConverter
from temporalio.openai_agents import OpenAIPayloadConverter
from temporalio.openai_agents._invoke_model_activity import ActivityModelInput

from agentex_web.compat.payload_converter import SharedPayloadConverter, product_converters
from agents import ModelSettings

JSON = b"json/plain"


def test_converters_of_ours_share_what_they_know() -> None:
    assert SharedPayloadConverter().converters[JSON] is SharedPayloadConverter().converters[JSON]


def test_those_of_the_plugin_do_not() -> None:
    assert OpenAIPayloadConverter().converters[JSON] is not OpenAIPayloadConverter().converters[JSON]


def test_a_converter_of_an_authors_own_stays() -> None:
    kept = product_converters(DataConverter.default)
    assert kept.payload_converter_class is DataConverter.default.payload_converter_class


def test_the_items_of_a_model_call_are_read_as_they_were_written() -> None:
    thought = {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "So."}]}
    given = {"input": [thought], "model_settings": ModelSettings(top_p=0.5), "tracing": 1, "model_name": "m"}
    ours, plugins = SharedPayloadConverter(), OpenAIPayloadConverter()
    [payload] = ours.to_payloads([given])
    assert ours.from_payloads([payload], [ActivityModelInput]) == [given]
    # The plugin reads a list in an item as an iterator, which can be read once.
    [read] = plugins.from_payloads([payload], [ActivityModelInput])
    assert read["input"] != given["input"] and read["model_settings"] == given["model_settings"]


def test_half_a_character_is_replaced_in_texts_and_keys_and_other_errors_stay() -> None:
    converter = SharedPayloadConverter()
    for odd, whole in (
        ({"a": ["\ud800"]}, {"a": ["\ufffd"]}),
        ({"b": {"x\udc00": 1}}, {"b": {"x\ufffd": 1}}),
    ):
        assert converter.from_payloads(converter.to_payloads([odd])) == [whole]
    with pytest.raises(PydanticSerializationError, match="invalid utf-8"):
        converter.to_payloads([{"n": b"\xff"}])


class Frozen(BaseModel, frozen=True):
    text: str


def test_half_a_character_in_an_authors_model_is_replaced_in_what_is_sent_only() -> None:
    """Tools return their models, and may go on using them; a frozen one cannot be changed at all."""
    odd, converter = Frozen(text="\ud800"), SharedPayloadConverter()
    [payload] = converter.to_payloads([odd])
    assert converter.from_payloads([payload], [Frozen]) == [Frozen(text="\ufffd")]
    assert odd.text == "\ud800"
