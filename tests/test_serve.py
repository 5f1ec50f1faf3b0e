"""bin/serve as a clinic runs it: real processes, ports, folders and signals, in a copy of the program."""

import importlib.util
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import threading
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("serve")]

ROOT = Path(__file__).resolve().parent.parent
LEFT_BEHIND = shutil.ignore_patterns(".*", "data", "__pycache__", "tests", "test-results")
PATIENCE = 60  # seconds, for machines that are busy with other things
LINK = "/admin/set-up/"


class Start:
    """A start of bin/serve under way."""

    def __init__(self, program, *arguments, data, limit=None, cwd="/", **variables):
        self.port = free_port()
        self.started = time.monotonic()
        environment = {"PATH": os.environ["PATH"], "PORT": str(self.port), "DATA_DIR": str(data)}
        self.process = subprocess.Popen(
            [program / "bin/serve", *arguments],
            cwd=cwd,
            env=environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None,
        )
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self.reader.start()

    @property
    def output(self):
        return "".join(self.lines)

    def get(self, path="/", data=None):
        """Return status and text, once the site answers."""
        while True:
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{self.port}{path}", data, timeout=30
                ) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as answer:
                return answer.code, answer.read().decode()
            except OSError:
                assert self.process.poll() is None, self.output
                assert time.monotonic() < self.started + PATIENCE, self.output
                time.sleep(0.02)

    def seconds_to_first_answer(self):
        assert self.get()[0] == 200
        return time.monotonic() - self.started

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.result()

    def result(self):
        """Return exit code and output, once it has ended."""
        code = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stdout.close()
        return code, self.output


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A copy of the program, in a folder with a space in its name, its packages taken from here."""
    folder = tmp_path_factory.mktemp("a clinic") / "spasm guide"
    shutil.copytree(ROOT, folder, ignore=LEFT_BEHIND)
    venv.create(folder / ".venv", symlinks=True)
    spec = importlib.util.spec_from_file_location("environment", folder / "bin/environment.py")
    environment = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(environment)
    version = "python{}.{}".format(*sys.version_info)
    packages = folder / ".venv/lib" / version / "site-packages" / "shared.pth"
    packages.write_text(sysconfig.get_path("purelib"))
    environment.stamp_of("requirements.txt").write_text(environment.stamp_text("requirements.txt"))
    return folder


@pytest.fixture(scope="module")
def first_start(program, tmp_path_factory):
    """What the first start prints, and the folder that it makes."""
    data = tmp_path_factory.mktemp("first") / "data"
    start = Start(program, data=data)
    try:
        start.get()
    finally:
        code, output = start.stop()
    assert code == 0
    return data, output


@pytest.fixture
def data(first_start, tmp_path):
    """The data folder of a site that has been started before."""
    return Path(shutil.copytree(first_start[0], tmp_path / "data", copy_function=copy_or_link))


def copy_or_link(source, target):
    if "/static/" in source:
        os.link(source, target)  # hundreds of files, which are replaced but never changed
    else:
        shutil.copy2(source, target)


@pytest.fixture
def serve(program):
    starts = []

    def serve(*arguments, **options):
        starts.append(Start(options.pop("program", program), *arguments, **options))
        return starts[-1]

    yield serve
    for start in starts:
        start.process.kill()
        start.result()


@pytest.fixture
def env_file(program):
    file = program / ".env"
    yield file
    file.unlink(missing_ok=True)


def refused(start):
    """Return the one sentence with which a start ended."""
    code, output = start.result()
    assert code == 1, output
    assert output.count("\n") == 1, output
    return output


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_first_start_says_what_it_makes(first_start):
    for step in ["data folder", "secret key", "database", "Starter library", "style sheets"]:
        assert step in first_start[1]


def test_only_its_own_user_can_read_the_data(first_start):
    data = first_start[0]
    assert oct(data.stat().st_mode & 0o777) == "0o700"
    for name in ["secret-key", "db.sqlite3"]:
        assert oct((data / name).stat().st_mode & 0o777) == "0o600"


def test_a_second_start_is_quick_and_makes_nothing_anew(serve, data):
    start = serve(data=data)
    assert start.seconds_to_first_answer() < 3
    code, output = start.stop()
    assert code == 0
    assert "..." not in output
    assert "added" not in output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(serve, data, number):
    start = serve(data=data)
    start.get()
    code, output = start.stop(number)
    assert code == 0
    assert output.endswith("Stopped.\n")
    assert "Traceback" not in output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_first_start_that_is_broken_off_harms_nothing(serve, tmp_path, number):
    start = serve(data=tmp_path / "data")
    while "database" not in start.output:
        time.sleep(0.01)
        assert start.process.poll() is None, start.output
    output = start.stop(number)[1]
    assert "Traceback" not in output
    again = serve(data=tmp_path / "data")
    assert again.get("/articles/")[0] == 200


def test_it_can_be_called_through_a_link_from_anywhere(serve, program, data, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/serve").symlink_to(os.path.relpath(program / "bin/serve", tmp_path / "bin"))
    start = serve(program=tmp_path, data=data, cwd=tmp_path)
    assert start.get()[0] == 200


def test_a_port_that_is_taken_is_named_with_a_way_out(serve, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sentence = refused(serve("--port", str(port), data=tmp_path / "data"))
    assert f"Port {port} is taken" in sentence
    assert f"--port {port + 1}" in sentence
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_written_is_named(serve, tmp_path):
    if os.geteuid() == 0:
        folder = Path("/sys")  # where not even root can make a folder
    else:
        folder = tmp_path
        folder.chmod(0o500)
    sentence = refused(serve(data=folder / "data"))
    assert str(folder / "data") in sentence
    assert "DATA_DIR" in sentence


def test_a_folder_may_have_any_name(serve, tmp_path):
    folder = tmp_path / "what? 100% ours #1 ü"
    start = serve(data=folder / "data")
    assert start.get("/articles/")[0] == 200
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_path_that_is_too_long_is_named(serve, tmp_path):
    sentence = refused(serve(data=tmp_path / ("long" * 100)))
    assert "shorter" in sentence


@pytest.mark.parametrize("limit", [10, 40_000, 400_000, 780_000])
def test_a_full_disk_is_named_and_harms_nothing(serve, tmp_path, limit):
    start = serve(data=tmp_path / "data", limit=limit)
    code, output = start.result()
    assert code == 1, output
    assert "Traceback" not in output
    assert "make room" in output.splitlines()[-1]
    again = serve(data=tmp_path / "data")
    assert again.get("/articles/")[0] == 200
    assert again.get("/static/css/site.css")[0] == 200


def test_a_database_of_a_newer_version_is_left_alone(serve, data):
    with sqlite3.connect(data / "db.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)",
            ["articles", "9999_later", "2031-01-01"],
        )
    database.close()
    before = contents(data)
    sentence = refused(serve(data=data))
    assert "newer version" in sentence
    assert "articles.9999_later" in sentence
    assert contents(data) == before


def test_a_damaged_database_is_named(serve, data):
    (data / "db.sqlite3").write_bytes(b"this is no database, whatever its name says" * 100)
    assert "backup" in refused(serve(data=data))


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("WEB_WORKERS=many", "WEB_WORKERS"),
        ("WEB_THREADS=0", "WEB_THREADS"),
        ("DEBUG=perhaps", "DEBUG"),
        ("SITE_URL=backs.example.org", "SITE_URL"),
        ("DATABASE_URL=somewhere", "DATABASE_URL"),
        ("SITE_URL https://backs.example.org", "Line 2"),
        ("LOG_LEVEL=loud", "LOG_LEVEL"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(serve, data, env_file, line, named):
    env_file.write_text(f"# ours\n{line}\n")
    sentence = refused(serve(data=data))
    assert named in sentence
    assert ".env" in sentence


def test_the_example_starts_as_it_is_and_with_its_defaults_switched_on(serve, program, data, env_file):
    example = (ROOT / ".env.example").read_text()
    env_file.write_text(example)
    start = serve(data=data)
    start.get()
    assert start.stop()[0] == 0

    defaults = re.sub(r"^#(?=[A-Z_]+=)(?!DATABASE_URL|SITE_URL)", "", example, flags=re.MULTILINE)
    env_file.write_text(defaults)
    start = serve(data=data)
    start.get()
    assert start.stop()[0] == 0


def test_the_environment_wins_over_the_file(serve, data, env_file):
    env_file.write_text("SITE_URL=https://backs.example.org\nPORT=1\n")
    start = serve(data=data, SITE_URL="http://backs.example.com")
    start.get()
    assert "http://backs.example.com/" in start.output


def test_a_database_that_cannot_be_reached_is_named(serve, data):
    address = f"postgres://someone:secret@127.0.0.1:{free_port()}/site"
    sentence = refused(serve(data=data, DATABASE_URL=address))
    assert "DATABASE_URL" in sentence
    assert "secret" not in sentence


def test_a_missing_driver_of_postgresql_is_named(serve, data, program):
    hiding = next(program.glob(".venv/lib/*/site-packages")) / "psycopg.py"  # found before the tests' own
    hiding.write_text("raise ImportError")
    try:
        sentence = refused(serve(data=data, DATABASE_URL="postgres://someone:secret@127.0.0.1/site"))
    finally:
        hiding.unlink()
    assert "pip install 'psycopg[binary]'" in sentence
    assert "secret" not in sentence


def test_the_database_may_lie_elsewhere(serve, own_site, tmp_path):
    data = tmp_path / "data"
    with own_site(tmp_path) as variables:
        outputs = []
        for _ in range(2):
            start = serve(data=data, DATABASE_URL=variables["DATABASE_URL"])
            assert start.get("/articles/heat-and-cold/")[0] == 200
            outputs.append(start.stop()[1])
    assert ["added" in output for output in outputs] == [True, False]
    assert not (data / "db.sqlite3").exists()


@pytest.mark.parametrize("arguments", [["--port", "eighty"], ["--port", "0"], ["--prot", "8000"]])
def test_an_argument_that_makes_no_sense_is_refused(serve, data, arguments):
    assert "bin/serve" in refused(serve(*arguments, data=data))


def test_two_first_starts_at_once_do_not_meet(serve, tmp_path):
    starts = [serve(data=tmp_path / "data") for _ in range(2)]
    while all(start.process.poll() is None for start in starts):
        time.sleep(0.01)
        assert time.monotonic() < starts[0].started + PATIENCE
    late, early = sorted(starts, key=lambda start: start.process.poll() is None)
    assert "wait" in refused(late)
    assert early.get("/articles/")[0] == 200


def test_the_set_up_link_opens_until_there_is_an_administrator(serve, program, data):
    start = serve(data=data)
    start.get()
    link = next(LINK + line.strip().partition(LINK)[2] for line in start.lines if LINK in line)
    assert f"http://127.0.0.1:{start.port}{link}" in start.output
    assert start.get(link)[0] == 200
    start.stop()

    subprocess.run(
        [program / ".venv/bin/python", "manage.py", "createsuperuser", "--no-input"],
        cwd=program,
        env={
            "DATA_DIR": str(data),
            "DJANGO_SUPERUSER_USERNAME": "ada",
            "DJANGO_SUPERUSER_EMAIL": "ada@example.org",
            "DJANGO_SUPERUSER_PASSWORD": "walking helps a stiff back",
        },
        check=True,
        capture_output=True,
    )
    start = serve(data=data)
    start.get()
    assert LINK not in start.output
    assert start.get(link)[0] >= 400


def test_the_log_holds_nothing_that_was_sent(serve, data):
    start = serve(data=data)
    start.get("/spine/?answer=canary-1")
    start.get("/checker/", data=b"answer=canary-2")
    start.get("/nowhere%0Acanary-line?answer=canary-3")
    for key in ("preview/canary-7", "admin/set-up/canary-8", "admin/account/password/MQ/canary-9"):
        start.get(f"/{key}/")
    with socket.create_connection(("127.0.0.1", start.port)) as connection:
        connection.sendall(b"GET /?answer=canary-4 HTTP/9.9\r\n\r\n")
        connection.recv(100)
    with socket.create_connection(("127.0.0.1", start.port)) as connection:
        connection.sendall(b"GET /?answer=canary-5 HTTP/1.1\r\nHost: x\r\nB ad: canary-6\r\n\r\n")
        connection.recv(100)
    output = start.stop()[1]
    assert "GET /spine/ 200" in output
    assert "GET /preview/… 404" in output or "GET /preview/…/ 404" in output
    for number in "123456789":
        assert f"canary-{number}" not in output
    assert "\ncanary-line" not in output
    assert "127.0.0.1" not in output.replace(f"http://127.0.0.1:{start.port}", "")
