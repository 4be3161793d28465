"""Values that JSON returns unchanged, and objects of plain classes whose attributes are such values."""

from functools import lru_cache
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, TypeAdapter

_MADE_IN_PYTHON = 1 << 9
"""CPython's Py_TPFLAGS_HEAPTYPE."""


def is_plain(value: Any) -> bool:
    """True if a round trip through JSON returns an equal value."""
    if value is None or type(value) in (str, bool, int, float):
        # JSON has no infinity.
        return not isinstance(value, float) or value - value == 0
    if type(value) is list:
        return all(map(is_plain, value))
    return type(value) is dict and all(type(key) is str and is_plain(each) for key, each in value.items())


def is_plain_class(cls: type) -> bool:
    """True if the class is written in Python and keeps everything in the attributes of its objects."""
    bases = [each for each in cls.__mro__ if each is not object]
    return bool(bases) and all(
        each.__flags__ & _MADE_IN_PYTHON and "__slots__" not in vars(each) for each in bases
    )


@lru_cache(maxsize=200)
def adapter_of_plain_class(cls: Any) -> TypeAdapter[Any]:
    """Stores an object as the dictionary of its attributes, and restores it without calling ``__init__``.

    Serialising raises TypeError if an attribute is not a plain value.
    """

    def stored(value: Any) -> dict[str, Any]:
        for name, each in vars(value).items():
            if not is_plain(each):
                raise TypeError(f"{name} is a {type(each).__name__}")
        attributes: dict[str, Any] = vars(value)
        return attributes

    def restored(value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if not isinstance(value, dict):
            raise ValueError(f"This is not a {cls.__name__}.")
        made = cls.__new__(cls)
        vars(made).update(value)
        return made

    return TypeAdapter(Annotated[Any, PlainSerializer(stored), PlainValidator(restored)])
