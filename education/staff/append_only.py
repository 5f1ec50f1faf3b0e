"""Rows that are only ever added: neither a model, a query nor a page changes or removes one."""

from typing import Any, NoReturn

from django.db import models


class AppendOnlyError(Exception):
    """Such a row can be neither changed nor removed; a later one may follow it."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows can be added and read."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError
