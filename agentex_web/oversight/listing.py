"""Makes the admin's lists fast even with a million rows."""

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

MOST = 2_000
"""Limit on the rows that are counted and paged through; beyond it, the page says "more than"."""


class BoundedPaginator(Paginator[Any]):
    """Stops counting at one row more than ``MOST``."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: MOST + 1].count())


class QuickList:
    """For a ModelAdmin: bounded counts, no counts next to filters, and 50 rows per page."""

    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50

    def decorate(self, request: HttpRequest, rows: list[Any]) -> None:
        """Adds what the columns show to a page's rows, with one query for all rows instead of one each."""

    def get_changelist(self, *_: Any, **__: Any) -> type[ChangeList]:
        return DecoratedList

    def get_paginator(self, _request: HttpRequest, queryset: Any, per_page: int, *_: Any) -> Paginator[Any]:
        return BoundedPaginator(queryset, per_page)


class DecoratedList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
            self.result_list = list(self.result_list)
        except (ValueError, OverflowError, DataError) as error:
            # A filter in the address has a value that the database cannot compare, such as the year 99999.
            raise IncorrectLookupParameters(error) from error
        self.model_admin.decorate(request, self.result_list)  # type: ignore[attr-defined]


def span_of_dates(listed: ChangeList) -> tuple[date, date] | None:
    """The first and last day of the list's rows; None without rows. Costs two index reads."""
    name = listed.date_hierarchy
    moments = (
        listed.root_queryset.order_by().filter(**{f"{name}__isnull": False}).values_list(name, flat=True)
    )
    first, last = moments.order_by(name).first(), moments.order_by(F(name).desc()).first()
    return None if first is None or last is None else (_day(first), _day(last))


def _day(moment: Any) -> date:
    return timezone.localdate(moment)
