"""The plugin's payload converter, for texts that are no Unicode, and with one cache for the whole process.

temporalio 1.35 makes a converter for each workflow, and with external storage for each activity; each would
build pydantic's type adapter of a model call again, which takes 50 ms.

pydantic refuses a text with half of a surrogate pair, as ``json.loads('"\\\\ud800"')`` makes it. A tool that
returned one would fail the workflow that is given it; here each half becomes U+FFFD.
"""

import dataclasses
from typing import Any

from pydantic_core import PydanticSerializationError, to_jsonable_python
from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter, EncodingPayloadConverter
from temporalio.openai_agents import OpenAIPayloadConverter

_JSON_ENCODING = b"json/plain"


class _WholeTexts(EncodingPayloadConverter):
    """The plugin's converter to JSON; a value that it refuses is written without halves of pairs."""

    def __init__(self, plugins: EncodingPayloadConverter) -> None:
        self._plugins = plugins

    @property
    def encoding(self) -> str:
        return self._plugins.encoding

    def to_payload(self, value: Any) -> Payload | None:
        try:
            return self._plugins.to_payload(value)
        except (PydanticSerializationError, UnicodeEncodeError):
            return self._plugins.to_payload(_whole(to_jsonable_python(value)))

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        return self._plugins.from_payload(payload, type_hint)


_JSON = _WholeTexts(OpenAIPayloadConverter().converters[_JSON_ENCODING])


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


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return value
