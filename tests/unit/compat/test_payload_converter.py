"""agentex_web/compat/payload_converter.py is needed while each converter of the plugin has its own cache."""

from temporalio.converter import DataConverter
from temporalio.openai_agents import OpenAIPayloadConverter

from agentex_web.compat.payload_converter import SharedPayloadConverter, product_converters

JSON = b"json/plain"


def test_converters_of_ours_share_what_they_know() -> None:
    assert SharedPayloadConverter().converters[JSON] is SharedPayloadConverter().converters[JSON]


def test_those_of_the_plugin_do_not() -> None:
    assert OpenAIPayloadConverter().converters[JSON] is not OpenAIPayloadConverter().converters[JSON]


def test_a_converter_of_an_authors_own_stays() -> None:
    kept = product_converters(DataConverter.default)
    assert kept.payload_converter_class is DataConverter.default.payload_converter_class
