"""How bin/serve comes by its packages: real virtual environments, and an index that is a folder."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("environment")]

ROOT = Path(__file__).resolve().parent.parent


class Clone:
    """A fresh clone whose site says hello, and needs one package, which lies in the folder ``index``."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(ROOT / "bin", folder / "bin")
        (folder / "spasmguide").mkdir()
        (folder / "spasmguide/serve.py").write_text("import hello; print('hello', hello.VERSION)\n")
        self.index = folder.parent / "index"  # pip takes a space for the end of its name
        self.index.mkdir()
        self.offer("1.0")
        self.require("1.0")

    def offer(self, version):
        wheel = self.index / f"hello-{version}-py3-none-any.whl"
        info = f"hello-{version}.dist-info"
        with zipfile.ZipFile(wheel, "w") as files:
            files.writestr("hello.py", f"VERSION = '{version}'\n")
            files.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: hello\nVersion: {version}\n")
            files.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            files.writestr(f"{info}/RECORD", "")

    def require(self, version):
        (self.folder / "requirements.txt").write_text(f"hello=={version}\n")

    def command(self, **variables):
        index = {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.index),
            "PIP_CONFIG_FILE": os.devnull,
        }
        return {
            "args": [self.folder / "bin/serve"],
            "env": {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **index, **variables},
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "text": True,
        }

    def serve(self, **variables):
        """Return exit code and output of bin/serve."""
        result = subprocess.run(**self.command(**variables), timeout=120, check=False)
        return result.returncode, result.stdout

    def start(self):
        return subprocess.Popen(**self.command())


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path / "a 100% clone #1")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    clone = Clone(tmp_path_factory.mktemp("made") / "a clone")
    return clone, clone.serve()


@pytest.fixture
def installed(made, clone):
    """A clone whose packages are installed."""
    shutil.copytree(made[0].folder / ".venv", clone.folder / ".venv", symlinks=True)
    return clone


def test_the_first_start_installs_and_says_so(made):
    code, output = made[1]
    assert code == 0
    assert output.splitlines()[-1] == "hello 1.0"
    for step in ["Python environment", "Downloading", "Installing"]:
        assert step in output


def test_the_next_start_installs_nothing(installed):
    assert installed.serve() == (0, "hello 1.0\n")


def test_once_installed_no_index_is_needed(installed):
    assert installed.serve(PIP_FIND_LINKS="/nonexistent") == (0, "hello 1.0\n")


def test_new_requirements_are_installed(installed):
    installed.offer("2.0")
    installed.require("2.0")
    assert installed.serve()[1].endswith("hello 2.0\n")
    assert installed.serve() == (0, "hello 2.0\n")


def test_without_an_index_the_old_packages_serve_on(installed):
    installed.require("2.0")
    code, output = installed.serve()
    assert code == 0
    assert "Note: The packages could not be fetched" in output
    assert output.endswith("hello 1.0\n")


def test_without_an_index_a_first_start_says_so(clone):
    shutil.rmtree(clone.index)
    code, output = clone.serve()
    assert code == 1
    assert output.splitlines()[-1].startswith("The packages could not be fetched; look at the connection")
    assert not (clone.folder / ".venv").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_broken_off_installation_is_made_good(clone, number):
    start = clone.start()
    start.stdout.readline()
    time.sleep(1)
    start.send_signal(number)
    output, _ = start.communicate(timeout=60)
    assert start.returncode != 0
    assert "Traceback" not in output
    assert clone.serve()[1].endswith("hello 1.0\n")


def test_an_environment_without_pip_is_made_anew(installed):
    for folder in installed.folder.glob(".venv/lib/*/site-packages/pip"):
        shutil.rmtree(folder)
    installed.require("1.0 ")
    assert installed.serve()[1].endswith("hello 1.0\n")


def test_an_environment_whose_python_is_gone_is_made_anew(installed):
    for python in installed.folder.glob(".venv/bin/python*"):
        python.unlink()
        python.symlink_to("/nonexistent/python3")
    assert installed.serve()[1].endswith("hello 1.0\n")


def test_a_second_start_waits_its_turn(clone):
    first = clone.start()
    first.stdout.readline()
    code, output = clone.serve()
    assert code == 1
    assert output.count("\n") == 1
    assert "wait" in output
    assert first.communicate(timeout=120)[0].endswith("hello 1.0\n")


def program(folder, name, script):
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def test_a_python_that_is_too_old_is_named(clone, tmp_path):
    (tmp_path / "bin").mkdir()
    old = program(
        tmp_path / "bin", "python3", '[ "${2#*print}" = "$2" ] && exit 1; echo only Python 3.9 is here'
    )
    for name in ["sh", "dirname", "readlink"]:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    for variables in [{}, {"PYTHON": str(old)}]:
        code, output = clone.serve(PATH=str(tmp_path / "bin"), **variables)
        assert code == 1
        assert output.count("\n") == 1
        assert "Python 3.11 or newer" in output


def test_another_python_can_be_named(installed, tmp_path):
    named = program(tmp_path, "my-python", f'echo mine; exec "{sys.executable}" "$@"')
    assert installed.serve(PYTHON=str(named)) == (0, "mine\nmine\nhello 1.0\n")


def test_a_folder_that_cannot_be_written_is_named(clone):
    if os.geteuid() == 0:
        pytest.skip("root can write everywhere")
    clone.folder.chmod(0o500)
    code, output = clone.serve()
    clone.folder.chmod(0o700)
    assert code == 1
    assert "start as the user who owns" in output.splitlines()[-1]
