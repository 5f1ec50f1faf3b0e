"""The parts of an edition's form, in the order in which patients read the page."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Part:
    """A field or a kind of rows in the list of parts.

    Before a review it may not be empty (``is_missing``), nor wrong (``is_to_mend``).
    """

    name: str
    label: str
    field_id: str
    is_missing: bool
    is_to_mend: bool
    has_error: bool


@dataclass(frozen=True, kw_only=True)
class Section:
    """A fieldset, or the rows of one kind, and its parts."""

    id: str
    heading: Any
    fieldset: Any = None
    formset: Any = None
    parts: tuple[Part, ...] = ()


def sections_of(
    words: Sequence[Any],
    admin_form: Any,
    formsets: Sequence[Any],
    missing: Collection[str],
    to_mend: Collection[str],
) -> list[Section]:
    """Return the sections of the form; rows that ``words`` does not place stand behind all words."""
    fieldsets = iter(admin_form)
    rows = {formset.formset.prefix: formset for formset in formsets}
    found: list[Section] = []
    for section in words:
        if not isinstance(section, str):
            found.append(_of_fields(next(fieldsets), len(found), missing, to_mend))
        elif section in rows:
            found.append(_of_rows(rows.pop(section), missing, to_mend))
    found += [_of_rows(formset, missing, to_mend) for formset in rows.values()]
    found += [
        _of_fields(fieldset, len(found) + place, missing, to_mend) for place, fieldset in enumerate(fieldsets)
    ]
    return found


def _of_fields(fieldset: Any, number: int, missing: Collection[str], to_mend: Collection[str]) -> Section:
    parts = tuple(_parts(fieldset, missing, to_mend))
    return Section(id=f"part-{number}", heading=fieldset.name, fieldset=fieldset, parts=parts)


def _parts(fieldset: Any, missing: Collection[str], to_mend: Collection[str]) -> Iterator[Part]:
    for line in fieldset:
        for each in line:
            if not each.is_readonly:
                bound = each.field
                yield Part(
                    name=bound.name,
                    label=str(bound.label),
                    field_id=bound.id_for_label or bound.auto_id,
                    is_missing=bound.name in missing,
                    is_to_mend=bound.name in to_mend,
                    has_error=bool(bound.errors),
                )


def _of_rows(formset: Any, missing: Collection[str], to_mend: Collection[str]) -> Section:
    prefix = formset.formset.prefix
    part = Part(
        name=prefix,
        label=str(formset.opts.verbose_name_plural),
        field_id=f"{prefix}-group",
        is_missing=prefix in missing,
        is_to_mend=prefix in to_mend,
        has_error=bool(formset.formset.total_error_count()) if formset.formset.is_bound else False,
    )
    return Section(id=f"part-{prefix}", heading=part.label, formset=formset, parts=(part,))
