"""The plugin's payload converter, with one cache per process, fast for long conversations, and also for texts
with invalid Unicode.

temporalio 1.35 creates a converter for each workflow, and with external storage for each activity. Each would
build pydantic's type adapter of a model call again, which takes 50 ms.

The activity of a model call declares each item of its conversation as one of 33 types. pydantic tries all of
them: 0.7 s for a conversation of 4 MB, in which the worker does nothing else. The items come from our own
workflow, so they are read without that, in 1 ms.

pydantic refuses a text with half of a surrogate pair. If a tool returned one, the workflow that receives it
would fail. Such texts are repaired (utf16.py).
"""

import dataclasses
from typing import Any, Required, cast

from pydantic_core import PydanticSerializationError, to_jsonable_python
from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter, DefaultFailureConverter, EncodingPayloadConverter
from temporalio.openai_agents import OpenAIPayloadConverter
from temporalio.openai_agents._invoke_model_activity import ActivityModelInput
from typing_extensions import TypedDict, get_type_hints

from agentex_web.turns.failure_converter import ReadableFailures
from agentex_web.utf16 import repaired_value

_JSON_ENCODING = b"json/plain"
_UNCHECKED_INPUT = cast(Any, TypedDict)(
    "_UNCHECKED_INPUT",
    {**get_type_hints(ActivityModelInput, include_extras=True), "input": Required[Any]},
    total=False,
)
"""A model call's input, whose items may be anything."""


class _RepairingConverter(EncodingPayloadConverter):
    """The plugin's JSON converter. If it refuses a value, split surrogate pairs are repaired."""

    def __init__(self, plugins: EncodingPayloadConverter) -> None:
        self._plugins = plugins

    @property
    def encoding(self) -> str:
        return self._plugins.encoding

    def to_payload(self, value: Any) -> Payload | None:
        try:
            return self._plugins.to_payload(value)
        except (PydanticSerializationError, UnicodeEncodeError) as error:
            try:
                # The first time for the keys, which `to_jsonable_python` refuses.
                return self._plugins.to_payload(repaired_value(to_jsonable_python(repaired_value(value))))
            except ValueError:
                raise error from None

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        if type_hint is ActivityModelInput:
            type_hint = _UNCHECKED_INPUT
        return self._plugins.from_payload(payload, type_hint)


_PLUGINS = OpenAIPayloadConverter()
_JSON = _RepairingConverter(_PLUGINS.converters[_JSON_ENCODING])


class SharedPayloadConverter(OpenAIPayloadConverter):
    """Writes and reads the same payloads as its base class."""

    def __init__(self) -> None:
        vars(self).update(vars(_PLUGINS))
        self.converters = {**_PLUGINS.converters, _JSON_ENCODING: _JSON}


def product_converters(converter: DataConverter) -> DataConverter:
    """Replaces the plugin's converters in a data converter; an author's own are kept."""
    replaced: dict[str, Any] = {}
    if converter.payload_converter_class is OpenAIPayloadConverter:
        replaced["payload_converter_class"] = SharedPayloadConverter
    if converter.failure_converter_class is DefaultFailureConverter:
        replaced["failure_converter_class"] = ReadableFailures
    return dataclasses.replace(converter, **replaced) if replaced else converter
