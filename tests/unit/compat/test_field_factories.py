"""pydantic's dataclasses make their fields again from what was given to ``Field()``."""

from pydantic import Field
from pydantic.dataclasses import dataclass, rebuild_dataclass

from agentex_web.compat.field_factories import set_factory


def _one() -> int:
    return 1


def _two() -> int:
    return 2


@dataclass
class Made:
    number: int = Field(default_factory=_one)


def test_the_public_attribute_alone_changes_nothing_and_set_factory_does() -> None:
    field = Made.__dataclass_fields__["number"].default
    field.default_factory = _two
    rebuild_dataclass(Made, force=True)
    assert Made().number == 1
    set_factory(field, _two)
    rebuild_dataclass(Made, force=True)
    assert Made().number == 2
