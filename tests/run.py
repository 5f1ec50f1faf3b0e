"""Run every test and check, one after the other, and say at the end how each went: ``bin/test``."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.chromium import find_chromium
from tests.postgresql import find_postgresql

# What runs on PostgreSQL too: the tests that lock, forbid, unite or fill in the database itself.
ON_POSTGRESQL = (
    "tests/desk/test_home.py",
    "tests/desk/test_where_used.py",
    "tests/editorial",
    "tests/library/test_commands.py",
    "tests/library/test_exchange.py",
    "tests/staff/test_lockout.py",
    "tests/staff/test_roles.py",
    "tests/staff/test_trail.py",
    "tests/test_serve.py::test_the_database_may_lie_elsewhere",
)

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent

# As on a clinic's server behind HTTPS, so that no check passes only because of a developer's settings.
PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "for-checks-only-but-long-enough-that-no-check-complains-1234567890",
    "SITE_URL": "https://backs.example.org",
    "HSTS_INCLUDE_SUBDOMAINS": "true",
    "HSTS_PRELOAD": "true",
}

INSTALL_CHROMIUM = (
    "Chromium is not installed. To have them run: `sudo apt-get install chromium` on Debian and Ubuntu, "
    "`brew install --cask chromium` on macOS, or name a browser with CHROMIUM=/path/to/it."
)
INSTALL_POSTGRESQL = (
    "PostgreSQL is not installed. To have them run: `sudo apt-get install postgresql` on Debian and Ubuntu, "
    "`brew install postgresql@17` on macOS. Nothing has to be set up or started."
)
INSTALL_NODE = "Node.js is not installed. To have them run, install version 18 or newer."


def main() -> int:
    fast, pytest_arguments = read_arguments()
    missing = "FAILED" if os.environ.get("CI", "").lower() == "true" else "left out"
    results = []

    chosen = []
    if fast:
        chosen = ["-m", "not browser and not slow"]
        results.append("left out    browser tests and slow tests: --fast was asked for.")
    elif not find_chromium():
        chosen = ["-m", "not browser"]
        results.append(f"{missing:10}  browser tests: {INSTALL_CHROMIUM}")
        print(results[-1], flush=True)
    on_postgresql = ON_POSTGRESQL
    if fast or pytest_arguments:
        on_postgresql = ()
        results.append("left out    tests on PostgreSQL: they run where all tests are asked for.")
    elif not find_postgresql():
        on_postgresql = ()
        results.append(f"{missing:10}  tests on PostgreSQL: {INSTALL_POSTGRESQL}")
        print(results[-1], flush=True)
    scripts = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/js/*.test.mjs"))
    if not shutil.which("node"):
        results.append(f"{missing:10}  tests of scripts: {INSTALL_NODE}")
        scripts = []

    python, on_two = sys.executable, ["-n2", "--dist=loadgroup"]
    checks = [
        ("lint", ["ruff", "check", "."]),
        ("format", ["ruff", "format", "--check", "."]),
        ("rooms", ["lint-imports"]),
        ("templates", ["djlint", "--lint", "--quiet", "templates"]),
        ("missing migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"]),
        ("deployment", [python, "-W", "error", "manage.py", "check", "--deploy", "--fail-level=WARNING"]),
        ("types", ["mypy"]),
        ("tests of scripts", ["node", "--test", *scripts] if scripts else []),
        ("tests", ["pytest", *on_two, *chosen, *pytest_arguments]),
        (
            "tests on PostgreSQL",
            [python, "-m", "tests.postgresql", *on_two, *on_postgresql] if on_postgresql else [],
        ),
    ]
    with tempfile.TemporaryDirectory(prefix="spasmguide-checks-") as data:
        environment = os.environ | PRODUCTION | {"DATA_DIR": data, "DATABASE_URL": f"sqlite:///{data}/db"}
        ran = [run(name, command, environment) for name, command in checks if command]

    results = ran + results
    print("\n== Summary\n" + "\n".join(results), flush=True)
    return 1 if any(line.startswith("FAILED") for line in results) else 0


def read_arguments() -> tuple[bool, list[str]]:
    """Return whether to leave out the browser, and the arguments for pytest."""
    ours, theirs = sys.argv[1:], []
    if "--" in ours:
        ours, theirs = ours[: ours.index("--")], ours[ours.index("--") + 1 :]
    parser = argparse.ArgumentParser(
        prog="bin/test",
        usage="bin/test [--fast] [-- ARGUMENTS OF PYTEST]",
        description="Run every test and check.",
    )
    parser.add_argument(
        "--fast", action="store_true", help="leave out what is slow: the browser, PostgreSQL and more"
    )
    return parser.parse_args(ours).fast, theirs


def run(name: str, command: list[str], environment: dict[str, str]) -> str:
    """Run one check, its output shown as it comes, and return its line of the summary."""
    print(f"\n== {name}: {' '.join(Path(part).name for part in command[:1])}", flush=True)
    if (tool := TOOLS / command[0]).exists():
        command = [str(tool), *command[1:]]
    started = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return f"{'FAILED' if code else 'passed':10}  {name} ({time.monotonic() - started:.0f} s)"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
