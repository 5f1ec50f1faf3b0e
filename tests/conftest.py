"""What every test stands on: settings as in production, and Chromium for those that need a browser.

All variables are set, and before Django reads them, so that no developer's ``.env`` or environment
changes what is tested.
"""

import os
import tempfile
from pathlib import Path

DATA_DIR = Path(tempfile.mkdtemp(prefix="spasmguide-tests-"))
(DATA_DIR / "static").mkdir()

VARIABLES = {
    "DEBUG": "false",
    "DATA_DIR": str(DATA_DIR),
    "SECRET_KEY": "for-tests-only-but-long-enough-that-no-check-complains-1234567890",
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "",
    # Set by tests/postgresql.py, or by hand: a server on which the role may make databases.
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{DATA_DIR}/db.sqlite3",
    "HTTPS_REDIRECT": "true",
    "HSTS_SECONDS": "31536000",
    "HSTS_INCLUDE_SUBDOMAINS": "false",
    "HSTS_PRELOAD": "false",
    "LOG_LEVEL": "WARNING",
    "EMAIL_HOST": "",
    "EMAIL_PORT": "587",
    "EMAIL_HOST_USER": "",
    "EMAIL_HOST_PASSWORD": "",
    "EMAIL_USE_SSL": "false",
    "EMAIL_USE_TLS": "true",
    "DEFAULT_FROM_EMAIL": "",
    "SECOND_STEP_GRACE_DAYS": "14",
    "DJANGO_SETTINGS_MODULE": "spasmguide.settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # the browser's driver runs a loop of its own
}
os.environ.update(VARIABLES)

import shutil  # noqa: E402
import uuid  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from urllib.parse import urlsplit  # noqa: E402

import django  # noqa: E402
import pytest  # noqa: E402
from django.conf import settings  # noqa: E402

from tests.chromium import find_chromium  # noqa: E402

if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as a clinic has it. A database in memory is one connection for all threads of the live
    # server: they lock one another out, and one that ends after the last test raises an error.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(DATA_DIR / "tests.sqlite3")

django.setup()  # before the tests are collected: they import models


@pytest.fixture(scope="session", autouse=True)
def _plain_static_files():
    """Serve static files under their own names: nothing has been collected."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = find_chromium()
    if not chromium:
        pytest.skip("Chromium is not installed: see README.md")
    arguments = {**browser_type_launch_args, "executable_path": chromium}
    if os.geteuid() == 0:  # Chromium's sandbox refuses to work for root
        arguments["args"] = [*arguments.get("args", []), "--no-sandbox"]
    return arguments


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes():
    """Let workers read the settings here as well; before this file they would find the folder of another."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure():
    shutil.rmtree(DATA_DIR, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What walks the whole site takes long, and one worker is enough for it."""
    for item in items:
        if WALKS.intersection(item.fixturenames):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("walk"))


# The site from outside: see tests/pages.py

WALKS = {"walked_site", "sites"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After a test with transactions of its own the tables are emptied, which the audit trail refuses."""
    marker = item.get_closest_marker("django_db")
    empties = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    if not empties and not (marker and marker.kwargs.get("transaction")):
        return (yield)
    from django.db import connection
    from pytest_django.plugin import blocking_manager_key

    from education.staff import triggers

    with item.config.stash[blocking_manager_key].unblock():
        triggers.remove(connection)
    try:
        return (yield)
    finally:
        if nextitem is not None:  # after the last one there is no database any more
            with item.config.stash[blocking_manager_key].unblock():
                triggers.install(connection)


@pytest.fixture
def library(db):
    """The starter library, live, as after the first start."""
    from education.library.loading import load

    load()


@pytest.fixture(scope="session")
def own_site():
    """Open the variables of a process that has a folder and an empty database to itself."""
    server = os.environ.get("TEST_DATABASE_URL")

    @contextmanager
    def opened(folder):
        variables = {**os.environ, "DATA_DIR": str(folder)}
        if not server:
            yield variables | {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}
            return
        import psycopg

        name = f"own_{uuid.uuid4().hex}"
        with psycopg.connect(urlsplit(server)._replace(path="/postgres").geturl(), autocommit=True) as door:
            door.execute(f"CREATE DATABASE {name}")
            try:
                yield variables | {"DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
            finally:
                door.execute(f"DROP DATABASE {name} WITH (FORCE)")

    return opened


@pytest.fixture(scope="session")
def rolled_back(django_db_setup, django_db_blocker):
    """Open the database for a fixture that several tests share, and leave nothing in it."""
    from django.db import transaction

    @contextmanager
    def opened():
        with django_db_blocker.unblock(), transaction.atomic():
            yield
            transaction.set_rollback(True)

    return opened


@pytest.fixture(scope="session")
def walked_site(rolled_back):
    """Every page of the site, fetched once: for patients, for trouble, for machines, for staff."""
    from django.db import connection, transaction
    from django.test import Client

    from education.library.loading import load
    from tests.pages import error_pages, name_clinic, staff_pages, visit, walk

    public, trouble = [], []
    with rolled_back():
        load()
        _ = connection.features.supports_json_field  # asked once for each connection, by a query
        for clinic in ("new", "named"):
            if clinic == "named":
                name_clinic()
            public += walk(Client(), "/", "/articles/?region=neck&kind=condition", clinic=clinic)
            machines = {path: visit(Client(), path) for path in ("/sitemap.xml", "/robots.txt", "/healthz")}
            before_trouble = transaction.savepoint()
            trouble += error_pages(Client(), Client(enforce_csrf_checks=True), clinic=clinic)
            transaction.savepoint_rollback(before_trouble)
        staff = list(staff_pages(Client(), Client()))
    return {"public": public, "trouble": trouble, "machines": machines, "staff": staff}


@pytest.fixture(scope="session")
def public_pages(walked_site):
    return walked_site["public"]


@pytest.fixture(scope="session")
def trouble_pages(walked_site):
    return walked_site["trouble"]


@pytest.fixture(scope="session")
def machine_pages(walked_site):
    return walked_site["machines"]


@pytest.fixture(scope="session")
def every_page(public_pages, trouble_pages):
    return public_pages + trouble_pages


# People at the desk


@pytest.fixture
def live_article(db):
    from tests.factories import make_article

    return make_article()


@pytest.fixture
def writer(db):
    from tests.factories import make_person

    return make_person("Wren Writer")


@pytest.fixture
def clinician(db):
    from tests.factories import make_person

    return make_person("Cleo Clinician")


@pytest.fixture
def colleague(db):
    from tests.factories import make_person

    return make_person("Cory Colleague")
