"""Run tests on PostgreSQL: ``python -m tests.postgresql ARGUMENTS OF PYTEST``.

Each run has a server of its own: in a new folder, on a socket in that folder, and on no port.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

# Debian and Homebrew keep the programs of each version in a folder that is not on the PATH.
FOLDERS = ("usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql@*/bin", "usr/local/opt/postgresql@*/bin")

# Its input ends with the process that started it, however that ends: then it stops the server and tidies up.
KEEP = """
set -eu
umask 077
PATH=$1:$PATH
folder=$(mktemp -d /tmp/spasmguide-postgresql-XXXXXX)
trap 'pg_ctl stop -D "$folder/data" -m immediate >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
initdb -D "$folder/data" -U tests --auth=trust --encoding=UTF8 --locale=C --no-sync >"$folder/log"
cat >>"$folder/data/postgresql.conf" <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$folder'
port = 5432
fsync = off
SETTINGS
pg_ctl start -D "$folder/data" -l "$folder/log" >/dev/null || { cat "$folder/log" >&2; exit 1; }
echo "$folder"
cat >/dev/null
"""


def find_postgresql() -> str | None:
    """Return the folder of the server's programs, or ``None``: of the one on the PATH, or else the newest."""
    if on_path := shutil.which("initdb"):
        return str(Path(on_path).resolve().parent)
    found = [path.parent for folder in FOLDERS for path in Path("/").glob(f"{folder}/initdb")]
    return str(max(found, key=lambda path: re.findall(r"\d+", str(path))[0].zfill(3))) if found else None


def main() -> int | str:
    if not (programs := find_postgresql()):
        return "PostgreSQL is not installed: see README.md"
    not_root = {"user": "postgres", "group": "postgres", "extra_groups": ()} if os.geteuid() == 0 else {}
    with subprocess.Popen(
        ["sh", "-c", KEEP, "sh", programs],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the tests
        **not_root,  # whom PostgreSQL refuses
    ) as server:
        if not (folder := server.stdout.readline().strip()):
            return 1
        os.environ["TEST_DATABASE_URL"] = f"postgres://tests@{quote(folder, safe='')}:5432/spasmguide"
        return pytest.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
