"""How the staff pages bear a large library: every page with 50 and with 5,000 documents, in one run.

Run it from the folder of the site: ``.venv/bin/python bench/desk.py``. Two processes, each with a database
of its own, answer the same requests in turns through the whole stack of the site, so that a busy machine
slows both alike. Each document has ten editions. It is no test: figures depend on the machine. With
``DATABASE_URL`` of a PostgreSQL server whose role may make databases, both databases are made there.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SMALL, LARGE = 50, 5_000
EDITIONS = 10  # of each document
ROUNDS, WARM_UP = 15, 3
MOST_QUERIES, MOST_TIMES = 9, 3.0
ROLES = ("Writer", "Reviewer", "Publisher", "Administrator")


def main() -> int:
    arguments = read_arguments()
    if arguments.answer:
        answer(arguments.answer, arguments.kind, process_time if arguments.cpu else perf_counter)
        return 0
    with tempfile.TemporaryDirectory(prefix="spasmguide-bench-") as folder:
        children = {
            number: start(number, Path(folder), arguments) for number in (arguments.small, arguments.large)
        }
        try:
            return compare(children, arguments.rounds)
        finally:
            for child in children.values():
                child.stdin.close()
                child.wait(30)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--small", type=int, default=SMALL, help="documents in the small library")
    parser.add_argument("--large", type=int, default=LARGE, help="documents in the large library")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--cpu", action="store_true", help="measure time of the processor, not of the clock")
    parser.add_argument("--kind", default="", help="documents of one kind only: article or checklist")
    parser.add_argument("--answer", type=int, help=argparse.SUPPRESS)  # how the script starts itself
    return parser.parse_args()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


# The one who asks


def start(number: int, folder: Path, arguments: argparse.Namespace) -> Any:
    """Start a site with so many documents; it answers a line with a line."""
    data = folder / str(number)
    (data / "static").mkdir(parents=True)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "spasmguide.settings",
        "DEBUG": "false",
        "SECRET_KEY": "for-the-benchmark-only",
        "SITE_URL": "http://testserver",
        "DATA_DIR": str(data),
        "DATABASE_URL": database(number, data),
    }
    command = [sys.executable, __file__, "--answer", str(number), "--kind", arguments.kind]
    command += ["--cpu"] if arguments.cpu else []
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen(  # noqa: S603
        command, env=environment, text=True, bufsize=1, cwd=ROOT, **pipes
    )


def database(number: int, data: Path) -> str:
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        return f"sqlite:///{data}/db.sqlite3"
    name = f"spasmguide_bench_{number}"
    place = server.rpartition("/")[0]
    for statement in (f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"):
        subprocess.run(["psql", "-q", server, "-c", statement], check=True)  # noqa: S603, S607
    return f"{place}/{name}"


def ask(child: Any, line: str) -> list[str]:
    child.stdin.write(line + "\n")
    return list(child.stdout.readline().rstrip("\n").split("\t"))


def compare(children: dict[int, Any], rounds: int) -> int:
    """Print the table of all pages; return 1 when one is too slow or asks too much."""
    small, large = children
    pages = {number: ask(child, "pages") for number, child in children.items()}
    wrong = 0
    say(f"{'page':64} {'queries':>9} {small:>6} ms {large:>6} ms   times")
    for page, other in zip(pages[small], pages[large], strict=True):
        (name, who, path), (_name, _who, path_in_large) = page.split(" "), other.split(" ")
        queries, times = {}, {small: [], large: []}
        for round_ in range(rounds + WARM_UP):
            for number, its_path in ((small, path), (large, path_in_large)):
                status, took, asked = ask(children[number], f"{who} {its_path}")
                if status != "200":
                    raise SystemExit(f"{its_path} as {who} with {number} documents: status {status}")
                queries[number] = int(asked)
                if round_ >= WARM_UP:
                    times[number].append(float(took))
        medians = {number: statistics.median(found) for number, found in times.items()}
        ratio = medians[large] / medians[small]
        is_wrong = ratio > MOST_TIMES or queries[small] != queries[large] or queries[large] > MOST_QUERIES
        wrong += is_wrong
        asked = f"{queries[small]} {queries[large]}"
        say(
            f"{who + ' ' + name:64} {asked:>9} {medians[small]:9.1f} {medians[large]:9.1f} {ratio:7.2f}"
            f"{'  <<<' if is_wrong else ''}"
        )
    say(f"{wrong} pages above {MOST_TIMES:g} times, or above {MOST_QUERIES} queries, or with unequal counts.")
    return 1 if wrong else 0


# The one who answers


def answer(documents: int, kind: str, clock: Callable[[], float]) -> None:
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES["staticfiles"]["BACKEND"] = plain  # nothing has been collected
    call_command("migrate", verbosity=0)
    build(documents, kind)
    clients = {role: signed_in(role) for role in (*ROLES, "Superuser")}
    for line in sys.stdin:
        if line == "pages\n":
            say("\t".join(pages()))
        else:
            who, path = line.split()
            say("\t".join(fetch(clients[who], path, clock)))


def signed_in(role: str) -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.get(username=role))
    return client


def fetch(client: Any, path: str, clock: Callable[[], float]) -> tuple[str, str, str]:
    """Return status, milliseconds and number of queries of a page."""
    from django.db import connection

    asked = 0

    def count(execute: Any, *rest: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*rest)

    with connection.execute_wrapper(count):
        start = clock()
        status = client.get(path).status_code
        took = clock() - start
    return str(status), f"{took * 1000:.2f}", str(asked)


def pages() -> list[str]:
    """Return each page as a name, who opens it, and its path, with spaces between them."""
    from django.contrib import admin
    from django.urls import reverse

    from education.editorial.kinds import kinds

    found = [f"desk {role} {reverse('admin:index')}" for role in (*ROLES, "Superuser")]
    texts = reverse("admin:texts")
    for query in (
        "", "?q=spasm", "?sort=review", "?sort=-title", "?standing=draft", "?standing=live",
        "?show=to-review", "?show=overdue", "?show=starter", "?show=behind", "?risk=home&region=low-back",
    ):  # fmt: skip
        found.append(f"texts{query} Reviewer {texts}{query}")
    for page in ("coverage", "coverage-elements"):
        found.append(f"{page} Reviewer {reverse(f'articles:{page}')}")
    for model in admin.site._registry:
        opts = model._meta
        place = f"admin:{opts.app_label}_{opts.model_name}"
        path = reverse(f"{place}_changelist")
        if opts.label_lower == "clinic.clinic":  # there is one: its list leads on to it
            path = reverse(f"{place}_change", args=[1])
        found.append(f"list:{opts.label_lower} Superuser {path}")
    for kind in kinds():
        opts = kind.document._meta
        place = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        for query in ("?q=spasm", "?o=1", "?o=-6", "?standing=draft"):
            found.append(f"list:{opts.label_lower}{query} Superuser {place}{query}")
    for kind in kinds():
        opts = kind.edition._meta
        place = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        for query in ("?state__exact=draft", "?state__exact=approved", "?p=2"):
            found.append(f"list:{opts.label_lower}{query} Superuser {place}{query}")
    for kind in kinds():
        edition = kind.edition.objects.in_work().order_by("pk").first()
        for thing in (edition.document, edition) if edition else ():
            opts = thing._meta
            place = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[thing.pk])
            found.append(f"page:{opts.label_lower} Superuser {place}")
    return found


# The library


def build(documents: int, kind: str = "") -> None:
    """Fill the database: so many documents of all kinds, ten editions each, people, sources, a trail.

    Rows are written directly: the verbs, one by one, would take an hour.
    """
    from django.db import connection, transaction

    from education.clinic.models import Clinic

    with transaction.atomic():
        Clinic(pk=1, name="Harbor Back Clinic", country_code="US", languages=["en", "es"]).save()
        people = build_people()
        build_sources()
        plan = {
            "article": documents * 50 // 100,
            "checklist": documents * 30 // 100,
            "carecard": documents * 10 // 100,
            "regionpage": documents * 8 // 100,
        }
        plan["glossary"] = documents - sum(plan.values())
        for name, number in ({kind: documents} if kind else plan).items():
            build_kind(name, number, people)
        build_trail(documents)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")


def build_people() -> list[Any]:
    from django.contrib.auth.models import Group, User

    from education.editorial.models import Person

    people = []
    for role in (*ROLES, "Superuser"):
        user = User.objects.create(username=role, is_staff=True, is_superuser=role == "Superuser")
        user.groups.set(Group.objects.filter(name=role))
        people.append(Person.objects.create(name=role, role=role, is_clinician=True, user=user))
    return people


def build_sources() -> None:
    from education.editorial.models import Source

    Source.objects.bulk_create(
        Source(slug=f"source-{n}", authors="NICE", title=f"Low back pain, part {n}", year=2020)
        for n in range(300)
    )


def build_kind(name: str, number: int, people: list[Any]) -> None:
    from django.db.models import QuerySet

    from education.editorial.kinds import kinds

    kind = next(kind for kind in kinds() if kind.document._meta.model_name == name)
    documents = [kind.document(**identity(name, n)) for n in range(number)]
    kind.document.objects.bulk_create(documents)
    for n, document in enumerate(documents):
        if n % 10 == 9 and name in {"article", "checklist"}:
            document.original = documents[n - 1]
    kind.document.objects.bulk_update(documents, ["original"])
    rows = (row for n, document in enumerate(documents) for row in editions(kind, name, document, n, people))
    QuerySet(kind.edition).bulk_create(list(rows), batch_size=500)


def identity(name: str, n: int) -> dict[str, Any]:
    """Return what tells a document from others; where addresses are few, languages are made up."""
    from education.spine.anatomy import Region
    from education.urgency.levels import Level

    regions, levels = [region.value for region in Region], list(Level)
    if name == "regionpage":
        return {"slug": regions[n % 4], "language": language(n // 4)}
    if name == "glossary":
        return {"slug": "glossary", "language": language(n)}
    if name == "carecard":
        place, level = n % 4, n // 4 % len(levels)
        code = language(n // 4 // len(levels))
        slug = f"{regions[place]}-{levels[level].slug}"
        return {"slug": slug, "language": code, "region": regions[place], "level": levels[level].value}
    return {"slug": f"{name}-{n}", "language": "es" if n % 10 == 9 else "en"}


def language(n: int) -> str:
    return ("en", "es")[n] if n < 2 else f"x{n}"


def editions(kind: Any, name: str, document: Any, n: int, people: list[Any]) -> Iterator[Any]:
    """Yield ten editions: eight that were replaced, a live one, and what comes after it."""
    from django.utils import timezone

    now = timezone.now()
    common = words(name, n) | {"document": document, "summary": "What it is, and what helps."}
    if name == "carecard":
        del common["summary"]
    for number in range(1, EDITIONS):
        is_last = number == EDITIONS - 1
        start = now - timedelta(days=60 * (EDITIONS - number) + n % 50)
        yield kind.edition(
            **common, number=number, title=f"Muscle spasm {n}, edition {number}", author=people[n % 5],
            **approved(n, start, now, people, is_last=is_last),
        )  # fmt: skip
    yield kind.edition(
        **common, number=EDITIONS, title=f"Muscle spasm {n}, edition {EDITIONS}", author=people[n % 5],
        assigned_to=people[n // 7 % 5] if n % 7 == 0 else None, **newest(n, now, people),
    )  # fmt: skip


def approved(n: int, start: datetime, now: datetime, people: list[Any], *, is_last: bool) -> dict[str, Any]:
    if is_last and n % 4 == 3:
        return {"state": "approved", "origin": "starter", "live_from": start}
    due = now.date() + timedelta(days=(n % 40) * 20 - 300)
    reviewed = min(start.date(), due - timedelta(days=1))
    found = {"state": "approved", "live_from": start, "reviewed_by": people[1], "reviewed_on": reviewed}
    found |= {"review_due_on": due}
    if is_last and n % 25 == 7:
        found["retire_from"] = now + timedelta(days=9 if n % 2 else -9)
    return found


def newest(n: int, now: datetime, people: list[Any]) -> dict[str, Any]:
    reviewed = {
        "reviewed_by": people[1],
        "reviewed_on": now.date(),
        "review_due_on": now.date() + timedelta(days=180),
    }
    return [
        {"state": "draft"},
        {"state": "draft", "comment": "Shorter, please."},
        {"state": "in-review", "submitted_by": people[n % 5]},
        {"state": "approved", **reviewed},
        {"state": "approved", **reviewed, "live_from": now + timedelta(days=5)},
        {"state": "approved", **reviewed, "live_from": now - timedelta(days=2)},
    ][n % 6]


def words(name: str, n: int) -> dict[str, Any]:
    from education.articles.models import Topic
    from education.spine.anatomy import Region

    if name == "article":
        topic = Topic.objects.get_or_create(slug="spasm", defaults={"title": "Spasm"})[0]
        body = "## What it is\n\n" + "A muscle that tightens by itself. " * 40
        kind = "exercise" if n % 3 == 0 else "condition"
        return {"topic": topic, "kind": kind, "regions": "low-back" if n % 2 else "", "body": body}
    if name == "checklist":
        return {"region": Region.LOW_BACK, "goal": "Less pain", "not_for": "-", "stop_rules": "-"}
    if name == "carecard":
        return {"lead_in": "You have back pain and:", "items": "you cannot pee\nyour groin is numb"}
    return {}


def build_trail(documents: int) -> None:
    from django.db.models import QuerySet

    from education.staff.models import Entry

    entries = (
        Entry(who="Writer", act="save", kind="articles.articleedition", thing_id=str(n), thing=f"Text {n}")
        for n in range(documents * EDITIONS)
    )
    QuerySet(Entry).bulk_create(list(entries), batch_size=1000)


if __name__ == "__main__":
    sys.exit(main())
