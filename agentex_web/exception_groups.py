"""Describes exceptions for people. For an exception group, such as a TaskGroup raises, that is its first
cause.
"""

from asyncio import CancelledError
from collections.abc import Iterator


def without_groups(error: BaseException) -> BaseException:
    """Returns the error; for a group, its first error that is not a cancellation."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    inside = list(_inside(error))
    return next((each for each in inside if not isinstance(each, CancelledError)), inside[0])


def words_of(error: BaseException) -> str:
    """The error's type and text, such as ``KeyError: 'x'``."""
    first = without_groups(error)
    if isinstance(first, MemoryError) and not str(first):
        return "MemoryError: It needed more memory than the worker may use."
    return f"{type(first).__name__}: {first}" if str(first) else type(first).__name__


def _inside(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _inside(each)
    else:
        yield error
