"""All kinds of documents that patients read, whichever rooms they are made in."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps

from education.editorial.editions import Edition


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of document: its model, that of its editions, and its name in addresses."""

    document: Any  # type[Document]
    edition: Any  # type[Edition]

    @property
    def name(self) -> str:
        """Its name in addresses of staff pages and in queries, like ``article``."""
        return str(self.document._meta.model_name)

    @property
    def label(self) -> str:
        return str(self.document._meta.verbose_name)

    @property
    def is_one_for_each_language(self) -> bool:
        """Whether there is one document at most in a language: its page has no further part (see there)."""
        page = str(self.document.page)
        return page != "" and not page.endswith("/")


@cache
def kinds() -> tuple[Kind, ...]:
    """Return every kind, in the order of the rooms in the settings."""
    found: list[Any] = [model for model in apps.get_models() if issubclass(model, Edition)]
    return tuple(
        Kind(document=model._meta.get_field("document").related_model, edition=model) for model in found
    )


def kind_named(name: str) -> Kind:
    """Return the kind of a name; raise ``KeyError`` when there is none."""
    return {kind.name: kind for kind in kinds()}[name]


@cache
def regions() -> tuple[tuple[str, Any], ...]:
    """Return the regions that texts are about, with their names, as the rooms have them."""
    found: dict[str, Any] = {}
    for kind in kinds():
        path = kind.edition.region_field
        model = kind.document if path.startswith("document__") else kind.edition
        field = model._meta.get_field(path.removeprefix("document__")) if path else None
        found |= dict(getattr(field, "choices", None) or ())
    return tuple(found.items())
