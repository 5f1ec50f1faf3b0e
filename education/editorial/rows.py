"""Rows of the database: those of several tables at once, and those held for a change."""

from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import Value


def gather(**querysets: models.QuerySet[Any]) -> dict[str, list[dict[str, Any]]]:
    """Return rows of several tables, by the name given to each queryset, with one query.

    Each queryset must have annotated ``row`` (a ``JSONObject``). A page that shows cards, sources and
    neighbours costs one query instead of three. Order the rows afterwards: a union has no order.
    """
    labelled = [
        queryset.order_by().annotate(part_name=Value(name)).values_list("part_name", "row")
        for name, queryset in querysets.items()
    ]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in querysets}
    for name, row in labelled[0].union(*labelled[1:], all=True):
        found[name].append(row)
    return found


def moment(text: str) -> datetime:
    """Return the moment of a JSON row; SQLite writes it without its zone, which is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def held(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Return the same rows, kept from others until the transaction ends, so that none leaves its state."""
    return rows.order_by().select_for_update()
