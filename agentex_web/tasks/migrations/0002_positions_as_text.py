"""Positions become groups of six digits, compared as text (agentex_web/positions.py).

Until now the n-th activity of a turn numbered its messages from n * 1,000 on, a child workflow took 10**9
activities, and what no activity wrote began at 10**15.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from django.db import migrations, models

FROM_ACTIVITY, NO_ACTIVITY = 1_000, 10**15
OPENING, END = "000000", "999999"
LARGEST = 999_998
BATCH = 200


def to_text(apps: Any, schema_editor: Any) -> None:
    _change(apps, schema_editor, lambda old: _texts([int(each) for each in old]))


def to_numbers(apps: Any, schema_editor: Any) -> None:
    _change(apps, schema_editor, lambda old: [str(each) for each in _numbers(old)])


def _change(apps: Any, schema_editor: Any, convert: Callable[[list[str]], list[str]]) -> None:
    """Gives the messages of each turn other positions; ``convert`` gets those that they have, in their order."""
    rows = apps.get_model("tasks", "Message").objects.using(schema_editor.connection.alias)
    turns = list(rows.values_list("turn_id", flat=True).distinct().order_by("turn_id"))
    for start in range(0, len(turns), BATCH):
        batch = rows.filter(turn_id__in=turns[start : start + BATCH]).only("turn_id", "position")
        changed: list[Any] = []
        for _, group in groupby(batch.order_by("turn_id"), key=lambda row: row.turn_id):
            # As numbers while they are numbers: text of several widths sorts otherwise.
            messages = sorted(group, key=_order)
            for row, position in zip(messages, convert([each.position for each in messages]), strict=True):
                row.position = position
                changed.append(row)
        rows.bulk_update(changed, ["position"], batch_size=200)


def _order(message: Any) -> tuple[int, str]:
    is_text = len(message.position) >= len(OPENING) and (
        message.position[0] == "0" or message.position.startswith(END)
    )
    return (0, message.position) if is_text else (int(message.position), "")


def _texts(numbers: list[int]) -> list[str]:
    activities = sorted({each // FROM_ACTIVITY for each in numbers if 0 < each < NO_ACTIVITY})
    # Where child workflows took part, the activities are counted anew, in their order.
    as_they_are = all(each <= LARGEST for each in activities)
    count = {each: each if as_they_are else rank for rank, each in enumerate(activities, 1)}
    return [_text(each, count) for each in numbers]


def _text(number: int, count: dict[int, int]) -> str:
    if number == 0:
        return OPENING
    if number >= NO_ACTIVITY:
        return f"{END}{number - NO_ACTIVITY:06}"
    return f"{count[number // FROM_ACTIVITY]:06}{number % FROM_ACTIVITY:06}"


def _numbers(texts: list[str]) -> Iterator[int]:
    simple = all(each == OPENING or (len(each) == 12 and int(each[-6:]) < FROM_ACTIVITY) for each in texts)
    for rank, each in enumerate(texts):
        if each == OPENING:
            yield 0
        elif each.startswith(END):
            yield NO_ACTIVITY + int(each[-6:])
        else:
            yield int(each[:6]) * FROM_ACTIVITY + int(each[6:]) if simple else rank * FROM_ACTIVITY


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]

    operations = [
        migrations.AlterField(
            "message",
            "position",
            models.CharField(max_length=255, help_text="Order in the turn, compared as text (positions.py)."),
        ),
        migrations.RunPython(to_text, to_numbers),
    ]
