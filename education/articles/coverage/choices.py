"""Regions, needs and elements to choose from, and what the coverage board hands on to a new article."""

from collections.abc import Container, Mapping

from django.utils.translation import gettext as _

from education.articles.coverage.elements import ORIGINS, elements
from education.articles.coverage.needs import Need
from education.spine.anatomy import Region


def region_choices() -> list[tuple[str, str]]:
    return [(region.value, _(region.label)) for region in Region]


def need_choices() -> list[tuple[str, str]]:
    return [(need.value, f"{_(need.label)}: {_(need.question)}") for need in Need]


def element_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the elements that something has to answer, under the page that offers them."""
    wanted = [element for element in elements().values() if element.is_wanted]
    return [
        (_(title), [(element.id, _(element.element)) for element in wanted if element.origin == origin])
        for origin, title in ORIGINS.items()
    ]


def begun_with(query: Mapping[str, str]) -> dict[str, str]:
    """Return the need, the region or the element from whose empty place an article was begun, if any."""
    known: dict[str, Container[str]] = {"needs": set(Need), "regions": set(Region), "covers": elements()}
    return {name: query[name] for name, codes in known.items() if query.get(name, "") in codes}


def said_of(begun: Mapping[str, str]) -> str:
    """Return the same in words."""
    names = [_(Need(begun["needs"]).question)] if "needs" in begun else []
    names += [_(Region(begun["regions"]).label)] if "regions" in begun else []
    names += [_(elements()[begun["covers"]].element)] if "covers" in begun else []
    return " – ".join(names)
