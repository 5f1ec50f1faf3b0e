"""Texts of all kinds in one table, as the lists of staff see them: what patients see, what is in work.

There is no such table in the database. Each kind of document gives its rows to a common query, and what is
asked of them (counts, the first five, a page of a list) is asked of that. So a page that shows ten lists
over five kinds costs one query, and a count and the list behind it follow from the same condition.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.apps.registry import Apps
from django.db import connection, models
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, RowNumber, TruncDate
from django.utils import timezone

from education.clinic.models import Clinic, Risk
from education.editorial.kinds import Kind, kind_named, kinds
from education.editorial.models import Comment, Person
from education.editorial.states import Origin, Standing, State
from education.editorial.verbs import WROTE
from education.staff.models import Entry

UNTOUCHED = timedelta(days=30)  # after which a draft counts as left lying


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who looks at the lists, when, and at whose clinic."""

    user: Any
    person: Person | None
    clinic: Clinic
    at: datetime = field(default_factory=timezone.now)
    today: date = field(default_factory=timezone.localdate)

    @classmethod
    def of(cls, user: Any, clinic: Clinic) -> "Reader":
        return cls(user=user, person=Person.of(user), clinic=clinic)

    @property
    def pk(self) -> int:
        """The key of the person; 0, which nobody has, without one."""
        return self.person.pk if self.person else 0

    def may(self, power: str) -> bool:
        return bool(self.user.has_perm(power))


class Listed(models.Model):
    """A document of any kind: its live edition, the one in work, the next one that is scheduled.

    People stand here by their keys. ``behind``: a translation whose original has gone live anew since.
    ``mine_changed`` and ``live_mine_changed``: the reader brought words into what waits for a review, or for
    a second signature. ``comments``: open ones on what the reader has in work. ``untouched``: a draft on
    which nobody has worked for a month.
    """

    kind = models.CharField(max_length=40)
    document = models.BigIntegerField(primary_key=True)  # unique within its kind
    slug = models.CharField(max_length=80)
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=80)
    regions = models.CharField(max_length=60)
    risk = models.CharField(max_length=12)

    live = models.BigIntegerField(null=True)
    live_number = models.IntegerField(null=True)
    live_from = models.DateTimeField(null=True)
    live_origin = models.CharField(max_length=8, null=True)  # noqa: DJ001
    live_title = models.CharField(max_length=60, null=True)  # noqa: DJ001
    live_author = models.BigIntegerField(null=True)
    live_submitted_by = models.BigIntegerField(null=True)
    live_reviewed_by = models.BigIntegerField(null=True)
    live_second_reviewer = models.BigIntegerField(null=True)
    live_signed_by = models.BigIntegerField(null=True)
    live_mine_changed = models.BooleanField()
    reviewed_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    retire_from = models.DateTimeField(null=True)
    has_reasons = models.BooleanField()

    work = models.BigIntegerField(null=True)
    work_number = models.IntegerField(null=True)
    state = models.CharField(max_length=10, null=True)  # noqa: DJ001
    author = models.BigIntegerField(null=True)
    submitted_by = models.BigIntegerField(null=True)
    approved_by = models.BigIntegerField(null=True)
    assigned_to = models.BigIntegerField(null=True)
    written_on = models.DateField(null=True)
    sent_back = models.BooleanField()
    mine_changed = models.BooleanField()
    comments = models.IntegerField()
    untouched = models.BooleanField()

    coming = models.BigIntegerField(null=True)
    coming_from = models.DateTimeField(null=True)
    behind = models.BooleanField()

    total: int
    place: int

    class Meta:
        apps = Apps()  # of its own: no migration, no permissions
        app_label = "editorial"
        db_table = "texts"
        managed = False

    columns: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return self.title

    @property
    def edition(self) -> int | None:
        """The edition to open: what is in work, else what comes, else what patients see."""
        return self.work or self.coming or self.live

    @property
    def is_starter(self) -> bool:
        return self.live_origin == Origin.STARTER and self.reviewed_on is None

    @property
    def kind_of_text(self) -> Kind:
        return kind_named(self.kind)


Listed.columns = tuple(column.name for column in Listed._meta.concrete_fields)


def listed_of(
    kind: Kind, reader: Reader, documents: models.QuerySet[Any] | None = None, only: Iterable[str] = ()
) -> models.QuerySet[Any]:
    """Return documents of a kind (all by default) with columns of ``Listed``, as ``item_`` and their names.

    ``only`` names some of them; otherwise there are all but ``kind`` and ``document``.
    """
    newest = _started(kind, reader, "pk").order_by("-live_from").values("pk")[:1]
    still = Q(editions__retire_from=None) | Q(editions__retire_from__gt=reader.at)
    given = kind.document._base_manager.all() if documents is None else documents
    found: models.QuerySet[Any] = given.annotate(
        at_live=FilteredRelation("editions", condition=Q(editions__pk=Subquery(newest)) & still),
        # What is in work, and nothing else, has no moment to go live: see ``standing.IN_WORK``.
        at_work=FilteredRelation("editions", condition=Q(editions__live_from=None)),
    )
    columns = _identity(kind) | _live(kind, reader) | _work(kind, reader) | _coming(kind, reader)
    names = tuple(only) or columns.keys()
    annotated: models.QuerySet[Any] = found.annotate(**{f"item_{name}": columns[name] for name in names})
    return annotated


def found_by(words: str, documents: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Narrow documents of ``listed_of`` to those with all words in their title or address.

    The title is that of what is in work and that of what patients see: to look through all older ones
    would mean to read every edition there ever was.
    """
    for word in words.split():
        titles = Q(item_title__icontains=word) | Q(at_live__title__icontains=word)
        documents = documents.filter(titles | Q(slug__icontains=word))
    return documents


def as_items(condition: Q) -> Q:
    """Return a condition on ``Listed`` as one on the documents of ``listed_of``."""
    parts: list[Any] = list(condition.children)
    children = [as_items(part) if isinstance(part, Q) else (f"item_{part[0]}", part[1]) for part in parts]
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


def _started(kind: Kind, reader: Reader, document: str) -> models.QuerySet[Any]:
    """Editions of the outer query's document that have gone live by now."""
    editions: models.QuerySet[Any] = kind.edition._base_manager.filter(
        document=OuterRef(document), state=State.APPROVED, live_from__lte=reader.at
    )
    return editions


def _identity(kind: Kind) -> dict[str, Any]:
    editions = kind.edition._base_manager.filter(document=OuterRef("pk")).order_by("-number")
    newest = Subquery(editions.values("title")[:1])
    return {
        "slug": F("slug"),
        "language": F("language"),
        "title": Coalesce(
            F("at_work__title"), F("at_live__title"), newest, F("slug"), output_field=CharField()
        ),
        "regions": _of_edition(kind.edition.region_field) if kind.edition.region_field else Value(""),
        "risk": _risk(kind),
    }


def _of_edition(field: str) -> Any:
    """A field seen from an edition: that of the live one, else of the one in work."""
    if field.startswith("document__"):
        return F(field.removeprefix("document__"))
    return Coalesce(F(f"at_live__{field}"), F(f"at_work__{field}"), Value(""), output_field=CharField())


def _risk(kind: Kind) -> Any:
    model = kind.edition
    usual = Value(str(model.usual_risk), output_field=CharField())
    if not model.risk_field:
        return usual
    values = {value: Value(str(risk)) for value, risk in model.risks.items()}
    path = model.risk_field
    if path.startswith("document__"):
        name = path.removeprefix("document__")
        cases = [When(**{name: value}, then=risk) for value, risk in values.items()]
    else:
        cases = []
        for value, risk in values.items():
            on_site, in_work = Q(**{f"at_live__{path}": value}), Q(**{f"at_work__{path}": value})
            cases.append(When(on_site | Q(at_live__pk=None) & in_work, then=risk))
    return Case(*cases, default=usual, output_field=CharField())


def _live(kind: Kind, reader: Reader) -> dict[str, Any]:
    saved = _entries(kind, "at_live__pk").filter(act__in=WROTE, user_id=reader.user.pk)
    return {
        "live": F("at_live__pk"),
        "live_number": F("at_live__number"),
        "live_from": F("at_live__live_from"),
        "live_origin": F("at_live__origin"),
        "live_title": F("at_live__title"),
        "live_author": F("at_live__author"),
        "live_submitted_by": F("at_live__submitted_by"),
        "live_reviewed_by": F("at_live__reviewed_by"),
        "live_second_reviewer": F("at_live__second_reviewer"),
        "live_signed_by": F("at_live__signed_by"),
        "live_mine_changed": Case(
            When(at_live__signed_by__isnull=False, then=_whether(Q(Exists(saved)))), default=Value(False)
        ),
        "reviewed_on": F("at_live__reviewed_on"),
        "due_on": F("at_live__review_due_on"),
        "retire_from": F("at_live__retire_from"),
        "has_reasons": _whether(Q(at_live__pk__isnull=False) & ~Q(at_live__reasons={})),
    }


def _work(kind: Kind, reader: Reader) -> dict[str, Any]:
    done = _entries(kind, "at_work__pk")
    changed = Q(Exists(done.filter(act__in=WROTE, user_id=reader.user.pk)))
    is_mine = Q(at_work__author=reader.pk) | Q(at_work__submitted_by=reader.pk)
    is_old = Q(at_work__state=State.DRAFT, at_work__written_on__lte=reader.today - UNTOUCHED)
    touched = Q(Exists(done.filter(at__gt=reader.at - UNTOUCHED)))
    return {
        "work": F("at_work__pk"),
        "work_number": F("at_work__number"),
        "state": F("at_work__state"),
        "author": F("at_work__author"),
        "submitted_by": F("at_work__submitted_by"),
        "approved_by": F("at_work__reviewed_by"),
        "assigned_to": F("at_work__assigned_to"),
        "written_on": F("at_work__written_on"),
        "sent_back": _whether(Q(at_work__state=State.DRAFT) & ~Q(at_work__comment="")),
        # Nested, so that the database looks into the trail and the comments only where it matters.
        "mine_changed": Case(
            When(Q(at_work__state=State.IN_REVIEW), then=_whether(changed)), default=Value(False)
        ),
        "comments": Case(
            When(is_mine, then=Coalesce(_open_comments(kind), Value(0))), default=Value(0)
        ),
        "untouched": Case(When(is_old, then=_whether(~touched)), default=Value(False)),
    }  # fmt: skip


def _entries(kind: Kind, edition: str) -> models.QuerySet[Any]:
    """What the trail says about an edition of the outer query."""
    thing = Cast(OuterRef(edition), CharField(max_length=40))
    return Entry.objects.order_by().filter(kind=kind.edition._meta.label_lower, thing_id=thing)


def _open_comments(kind: Kind) -> Subquery:
    opts = kind.edition._meta
    # By the name of the kind, not its number: looking that up would be one more query at times.
    comments = Comment.objects.filter(
        kind__app_label=opts.app_label, kind__model=opts.model_name,
        edition_id=OuterRef("at_work__pk"), settled_at=None,
    ).order_by()  # fmt: skip
    return Subquery(comments.values("kind").annotate(number=Count("pk")).values("number"))


def _coming(kind: Kind, reader: Reader) -> dict[str, Any]:
    editions = kind.edition._base_manager.filter(
        document=OuterRef("pk"), state=State.APPROVED, live_from__gt=reader.at
    ).order_by("live_from")
    original = _started(kind, reader, "original").order_by("-live_from")
    went_live = Subquery(original.values("live_from")[:1])
    on_day = Subquery(original.values(day=TruncDate("live_from", tzinfo=reader.clinic.zone))[:1])
    newer = Q(at_live__live_from__lt=went_live)
    unseen = Q(at_live__reviewed_on=None) | Q(at_live__reviewed_on__lt=on_day)
    return {
        "coming": Subquery(editions.values("pk")[:1]),
        "coming_from": Subquery(editions.values("live_from")[:1]),
        "behind": Case(
            When(Q(original=None) | Q(at_live__pk=None), then=Value(False)),
            When(newer & unseen, then=Value(True)),
            default=Value(False),
        ),
    }


def in_words(state: str) -> str:
    """Return where an edition in work stands: approved alone would sound as if it were live."""
    return str(Standing.APPROVED.label if state == State.APPROVED else State(state).label)


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


RISK_FIRST = Case(
    When(risk=Risk.EMERGENCY, then=Value(0)), When(risk=Risk.HOME, then=Value(1)), default=Value(2)
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Some rows of a list, and how many it has in all."""

    rows: list[Listed]
    total: int


def ask(reader: Reader, **wanted: "Wanted") -> dict[str, Found]:
    """Return what is wanted of the texts of all kinds, by name, with one query."""
    rows, values = _all_rows(reader)
    statements: list[str] = []
    for name, part in wanted.items():
        statement, more = part.queryset(name).query.sql_with_params()
        # S608: only our own names and statements that Django wrote stand in these texts, never a value.
        statements.append(f"SELECT * FROM ({statement}) AS part_{len(statements)}")  # noqa: S608
        values += more
    names = ", ".join(connection.ops.quote_name(name) for name in Listed.columns)
    sql = f"WITH texts ({names}) AS ({rows}) " + " UNION ALL ".join(statements)
    found: dict[str, list[Any]] = {name: [] for name in wanted}
    for text in Listed._base_manager.raw(sql, values):
        found[text.part].append(text)  # type: ignore[attr-defined]
    return {name: _found(part) for name, part in found.items()}


def _found(rows: list[Any]) -> Found:
    return Found(rows=sorted(rows, key=lambda text: text.place), total=rows[0].total if rows else 0)


def _all_rows(reader: Reader) -> tuple[str, tuple[Any, ...]]:
    """Return the statement, with its values, of the rows of all kinds."""
    statements, values = [], ()
    for kind in kinds():
        columns = {f"item_{name}": None for name in Listed.columns if name not in {"kind", "document"}}
        documents = listed_of(kind, reader).order_by().annotate(
            item_kind=Value(kind.name, output_field=CharField())
        )  # fmt: skip
        rows = documents.values_list("item_kind", "pk", *columns)
        statement, more = rows.query.sql_with_params()
        statements.append(statement)
        values += more
    return " UNION ALL ".join(statements), values


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which texts, in which order, how many of them, from which on."""

    which: Q = field(default_factory=Q)
    order: tuple[Any, ...] = ("title",)
    most: int = 5
    first: int = 0

    def queryset(self, name: str) -> models.QuerySet[Any]:
        order = (*self.order, "kind", "document")
        texts: models.QuerySet[Any] = Listed._base_manager.filter(self.which).annotate(
            part=Value(name, output_field=CharField()),
            total=Window(Count("*")),
            place=Window(RowNumber(), order_by=order),
        )
        return texts.order_by("place")[self.first : self.first + self.most]
