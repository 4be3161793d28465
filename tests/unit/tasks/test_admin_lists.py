"""Admin lists load no large fields: 100 rows of some megabytes each would fill the process's memory."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from agentex_web.tasks.models import Feedback, Message, Task, Turn


@pytest.mark.parametrize("model", [Task, Turn, Message, Feedback])
def test_a_list_loads_no_large_field(model: type[Model]) -> None:
    admin.autodiscover()
    page = admin.site.get_model_admin(model)
    rows = page.get_queryset(HttpRequest()).select_related(*page.list_select_related)
    statement = str(rows.query)
    for field in ('"items"', '"data"', '"html"', '"state"'):
        assert field not in statement, statement
