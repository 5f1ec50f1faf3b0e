"""Make what the site needs, then serve it until told to stop. ``bin/serve`` runs this.

Each step looks first whether its work is already done, so that a second start is quick. What cannot go
on ends in one sentence that says what to do. Django is imported only once the port, the folder and
``.env`` are known to be in order.
"""

import argparse
import errno
import fcntl
import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import NoReturn

from environs import Env, EnvError

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()


class Stop(Exception):
    """One sentence for the person at the keyboard: what is wrong, and what to do."""


def main() -> int:
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)
    os.umask(0o077)  # what the site writes is for its own user
    try:
        serve()
    except Stop as problem:
        return complain(str(problem))
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] in {"spasmguide", "education"}:
            raise
        return complain(
            f"The package {problem.name} is missing: start again while the package index can be reached."
        )
    except OSError as problem:
        return complain(about_files(problem))
    except KeyboardInterrupt:
        say("Stopped.")
    return 0


def serve() -> None:
    read_env_file()
    host, port = address()
    workers, threads = at_least_one("WEB_WORKERS", 2), at_least_one("WEB_THREADS", 4)
    listener = listen(host, port)
    with only_one_at_a_time(data_folder()) as data:
        make_secret_key(data)
        load_settings()
        with database_troubles_explained():
            prepare_database()
            load_library()
        collect_static_files(data)
        with database_troubles_explained():
            invitation = set_up_link()
    from spasmguide.server import Site

    if asked_to_stop:
        raise KeyboardInterrupt
    Site(listener, workers, threads, welcome(host, port) + invitation).run()


# Settings and arguments


def read_env_file() -> None:
    """Take the variables of ``.env``; those of the environment win."""
    file = BASE_DIR / ".env"
    if not file.exists():
        return
    from dotenv.parser import parse_stream

    try:
        lines = list(parse_stream(StringIO(file.read_text(encoding="utf-8"))))
    except UnicodeDecodeError:
        raise Stop(".env is not a text in UTF-8: write it anew, as .env.example shows.") from None
    for line in lines:
        if line.error or (line.key and line.value is None):
            raise Stop(
                f"Line {line.original.line} of .env cannot be read: write NAME=value, as .env.example shows."
            )
    env.read_env(str(file), recurse=False)


def address() -> tuple[str, int]:
    """Return host and port: of the command line, else of the environment."""
    parser = Parser(prog="bin/serve", description="Set up SpasmGuide and serve it.")
    parser.add_argument("--port", type=int, help="port to listen on (PORT; 8000)")
    parser.add_argument("--host", help="address to listen on (HOST; 127.0.0.1: this machine only)")
    parser.epilog = "Every setting is a variable of the environment or of .env: see .env.example."
    arguments = parser.parse_args()
    with settings_explained():
        port = env.int("PORT", 8000) if arguments.port is None else arguments.port
        host = arguments.host or env.str("HOST", "") or "127.0.0.1"
    if not 0 < port < 65536:
        raise Stop(f"{port} is no port: choose one from 1024 to 65535, like bin/serve --port 8000.")
    if not env.str("SITE_URL", ""):
        anywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104
        name = anywhere.get(host, f"[{host}]" if ":" in host else host)
        os.environ["SITE_URL"] = f"http://{name}:{port}"
    return host, port


def at_least_one(name: str, default: int) -> int:
    with settings_explained():
        value = env.int(name, default)
    if value < 1:
        raise Stop(f"{name} must be 1 or more: see .env.example.")
    return value


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Stop(f"{message.capitalize()}: bin/serve --help names the options.")


@contextmanager
def settings_explained() -> Iterator[None]:
    try:
        yield
    except (EnvError, ValueError) as problem:
        reason = str(problem).rstrip(".")
        raise Stop(f"{reason}: correct it in .env or the environment, as .env.example shows.") from None


def load_settings() -> None:
    """Load Django with our settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spasmguide.settings")
    import django
    from dj_database_url import ParseError, UnknownSchemeError
    from django.core.exceptions import ImproperlyConfigured

    with settings_explained():
        try:
            django.setup()
        except (ParseError, UnknownSchemeError) as problem:
            form = "like postgres://user:password@host:5432/name"
            raise ValueError(f"DATABASE_URL is not the address of a database, {form}.") from problem
        except ImproperlyConfigured as problem:
            if "psycopg" in str(problem):
                raise Stop(
                    "PostgreSQL needs one more package: run "
                    "`.venv/bin/python -m pip install 'psycopg[binary]'`, then start again."
                ) from None
            raise ValueError(str(problem)) from problem
        except ValueError as problem:
            if "logger" not in str(problem):
                raise
            raise ValueError("LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.") from problem


# The port


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens: from here on the port is ours, and early visitors wait."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except socket.gaierror:
        raise Stop(f"{host} is no address: choose one of this machine, like --host 127.0.0.1.") from None
    except OSError as problem:
        raise Stop(about_port(problem, host, port)) from None
    return listener


def about_port(problem: OSError, host: str, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8000
        return f"Port {port} is taken by another program: choose another, like bin/serve --port {other}."
    if problem.errno == errno.EACCES:
        return (
            f"Port {port} is kept for the system: choose one from 1024 up, like bin/serve --port 8000, "
            "with a web server in front of it (docs/hosting.md)."
        )
    if problem.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine: choose one that is, like --host 127.0.0.1."
    return f"Nothing can listen at {host}, port {port} ({problem.strerror}): choose another."


# The data folder


def data_folder() -> Path:
    data = Path(env.str("DATA_DIR", "") or BASE_DIR / "data").resolve()
    os.environ["DATA_DIR"] = str(data)
    return data


@contextmanager
def only_one_at_a_time(data: Path) -> Iterator[Path]:
    """Make the folder, and hold it while it is set up; the lock ends with this process at the latest."""
    if not data.exists():
        data.mkdir(mode=0o700, parents=True)
        say(f"Made the data folder {data}")
    with (data / "start.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(
                f"Another start is setting up {data}: wait until it is ready, then start again."
            ) from None
        except OSError:
            pass  # a file system without locks
        yield data


def make_secret_key(data: Path) -> None:
    """Make the key that signs sessions and forms, unless there is one."""
    if env.str("SECRET_KEY", ""):
        return
    file = data / "secret-key"
    if file.exists() and file.read_text().strip():
        return
    say("Making a secret key ...")
    unfinished = data / "secret-key.new"
    with unfinished.open("w") as output:
        output.write(secrets.token_urlsafe(50) + "\n")
        output.flush()
        os.fsync(output.fileno())
    unfinished.replace(file)


def about_files(problem: OSError) -> str:
    """Return the sentence for a file that could not be read or written."""
    place = problem.filename or "the data folder"
    if problem.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return DISK_FULL
    if problem.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return (
            f"{place} cannot be read or written: start as the user who owns it, or set DATA_DIR to a "
            "folder of your own."
        )
    if problem.errno == errno.ENAMETOOLONG:
        return f"The path {place} is too long: set DATA_DIR to a folder with a shorter one."
    return f"{place} cannot be used ({problem.strerror or problem}): set DATA_DIR to another folder."


DISK_FULL = "The disk is full: make room where the data folder lies (100 MB will do), then start again."


# The database


def prepare_database() -> None:
    """Bring the tables up to date, unless a newer version of the site made them."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    for migration in executor.loader.disk_migrations.values():
        known.update(migration.replaces)
    unknown = sorted(set(executor.loader.applied_migrations) - known)
    if unknown:
        step = ".".join(unknown[-1])
        raise Stop(
            f"A newer version of SpasmGuide made this database (it knows {step}): get that version "
            "with `git pull`, or let DATA_DIR name another folder; nothing was changed."
        )
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database ...")
        call_command("migrate", interactive=False, verbosity=0)


def load_library() -> None:
    from django.core.management import CommandError, call_command

    try:
        call_command("load_library")
    except CommandError as problem:
        raise Stop(str(problem)) from None


def set_up_link() -> str:
    """Return the invitation to become the first administrator, or ``""`` when there is one."""
    from django.conf import settings
    from django.contrib.auth import get_user_model

    from education.clinic.models import SETUP_LINK_HOURS, SetupLink

    if get_user_model().objects.filter(is_superuser=True).exists():
        return ""
    return (
        "\nNobody looks after this site yet. To name your clinic and become its administrator, open\n\n"
        f"    {settings.SITE_URL}{SetupLink.renew()}\n\n"
        f"This link works once, within {SETUP_LINK_HOURS} hours. Each start prints a new one until it "
        "has been used.\n"
    )


@contextmanager
def database_troubles_explained() -> Iterator[None]:
    from django.db import DatabaseError

    try:
        yield
    except DatabaseError as problem:
        sentence = about_database(str(problem))
        if not sentence:
            raise
        raise Stop(sentence) from None


def about_database(trouble: str) -> str:
    """Return the sentence for a trouble in the database's own words, or ``""`` for a fault of ours."""
    from django.db import connection

    place = connection.settings_dict["NAME"]
    if connection.vendor != "sqlite":
        if connection.connection is not None:
            return ""
        reason = " ".join(trouble.split())
        return f"No way into the database of DATABASE_URL ({reason}): is it running, and the address right?"
    if "full" in trouble:
        return DISK_FULL
    if "disk I/O error" in trouble:
        return f"The disk with {place} is full or broken: make room on it or replace it, then start again."
    if "readonly" in trouble or "unable to open" in trouble:
        return f"{place} cannot be opened and written: start as the user who owns it and its folder."
    if "locked" in trouble:
        return f"Another program is using {place}: close it, then start again."
    if "not a database" in trouble or "malformed" in trouble:
        return f"{place} is damaged: put the last backup of the data folder in its place (docs/hosting.md)."
    return ""


# Static files


def collect_static_files(data: Path) -> None:
    """Copy style sheets, scripts and pictures to where they are served, if any has changed."""
    from hashlib import sha256

    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.DEBUG:
        return  # they are served from where they are written
    digest = sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list(None):
            digest.update(path.encode())
            with storage.open(path) as file:
                digest.update(file.read())
    stamp = data / "static-files"
    is_complete = stamp.exists()
    if is_complete and stamp.read_text() == digest.hexdigest():
        return
    say("Collecting style sheets, scripts and pictures ...")
    stamp.unlink(missing_ok=True)
    # After an interrupted run a file may be cut off, so everything is copied anew. Otherwise older
    # files stay: pages that somebody still has open, or a proxy has kept, ask for them.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=not is_complete, stderr=StringIO())
    stamp.write_text(digest.hexdigest())


def welcome(host: str, port: int) -> str:
    from django.conf import settings

    lines = [f"SpasmGuide is ready: {settings.SITE_URL}/ (Ctrl-C stops it)"]
    if host in {"0.0.0.0", "::"} and "127.0.0.1" in settings.SITE_URL:  # noqa: S104
        lines.append("For other machines, set SITE_URL to the address by which they reach this one.")
    elif str(port) not in settings.SITE_URL:
        lines.append(f"It listens at {host}, port {port}, for the web server in front of it.")
    return "\n".join(lines) + "\n"


# The terminal


def say(line: str) -> None:
    print(line, flush=True)


def complain(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1


asked_to_stop: list[object] = []


def interrupt(*signal: object) -> NoReturn:
    """Stop at once; or before the site is served, where Python drops what is raised, as in a callback."""
    asked_to_stop.append(signal)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
