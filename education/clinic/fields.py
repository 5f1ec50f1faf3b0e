"""A field of Django's with one other default."""

from typing import Any

from django.db import models


class WebAddressField(models.URLField):  # type: ignore[type-arg]
    """A web address; what is typed without a scheme means https, as it will in Django 6."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"assume_scheme": "https", **kwargs})

    def deconstruct(self) -> Any:
        """Stand in migrations as Django's own field: only forms differ."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs
