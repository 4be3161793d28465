"""The plugin's payload converter, with one cache of pydantic's type adapters for the whole process.

temporalio 1.35 makes a converter for each workflow, and with external storage for each activity; each would
build the adapter of a model call again, which takes 50 ms.
"""

import dataclasses

from temporalio.converter import DataConverter
from temporalio.openai_agents import OpenAIPayloadConverter

_JSON_ENCODING = b"json/plain"
_JSON = OpenAIPayloadConverter().converters[_JSON_ENCODING]


class SharedPayloadConverter(OpenAIPayloadConverter):
    """Writes and reads what its base class does."""

    def __init__(self) -> None:
        super().__init__()
        self.converters = {**self.converters, _JSON_ENCODING: _JSON}


def with_shared_cache(converter: DataConverter) -> DataConverter:
    """The converter, with the plugin's payload converter replaced; one of an author's own stays."""
    if converter.payload_converter_class is not OpenAIPayloadConverter:
        return converter
    return dataclasses.replace(converter, payload_converter_class=SharedPayloadConverter)
