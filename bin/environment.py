"""Make the virtual environment in ``.venv``, or see that it is as it should be; then run Python in it.

    python3 bin/environment.py REQUIREMENTS ARGUMENTS-OF-PYTHON...

Needs nothing but Python 3.11. The folder tells by itself how far it got: ``incomplete`` stands in it while
packages are being put there, and once they all are, a stamp for each file of requirements.
"""

import os
import signal
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
INCOMPLETE = VENV / "incomplete"
DOWNLOADS = VENV / "downloads"
RUNTIME = "requirements.txt"
FULL = ("No space left on device", "Disk quota exceeded", "File too large")
DISK_FULL = f"The disk is full: make room where {ROOT} lies (500 MB will do), then start again."
DENIED = ("Permission denied", "Read-only file system", "Operation not permitted")


class Stop(Exception):
    """One sentence for the person at the keyboard: what is wrong, and what to do."""


def main(requirements: str, command: list[str]) -> None:
    if not is_installed(requirements):
        lock()
        if not is_installed(requirements):
            install(requirements)
    os.execv(PYTHON, [str(PYTHON), *command])


def is_installed(requirements: str) -> bool:
    if INCOMPLETE.exists() or not os.access(PYTHON, os.X_OK):
        return False
    stamp = stamp_of(requirements)
    return stamp.exists() and stamp.read_text() == stamp_text(requirements)


def stamp_of(requirements: str) -> Path:
    return VENV / f"installed-{requirements}"


def stamp_text(requirements: str) -> str:
    """Return all that the installed packages depend on: the Python, and the files that name them."""
    text = "".join((ROOT / name).read_text() for name in sorted({RUNTIME, requirements}))
    version = "{}.{}".format(*sys.version_info)
    return f"Python {version}, requirements {sha256(text.encode()).hexdigest()}\n"


def lock() -> None:
    """Keep others from installing here until this process ends or becomes the site."""
    import fcntl

    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Stop(
            "Another start is installing packages in this folder: wait until it is ready, then start again."
        ) from None
    except OSError:
        pass  # a file system without locks


def install(requirements: str) -> None:
    if not is_usable():
        make_venv()
    was_complete = not INCOMPLETE.exists() and stamp_of(requirements).exists()
    try:
        # All that may fail comes before the first change, so that a lost connection changes nothing.
        download(requirements)
    except Stop as problem:
        remove(DOWNLOADS)
        if not was_complete:
            remove_unfinished()
            raise
        say(f"Note: {problem}")
        say("Starting with the packages that were installed before.")
        return

    say("Installing them in .venv ...")
    try:
        INCOMPLETE.touch()
        pip("install", "--no-index", "--find-links", DOWNLOADS, "--requirement", requirements)
        remove(DOWNLOADS)
        for name in {RUNTIME, requirements}:
            stamp_of(name).write_text(stamp_text(name))
        INCOMPLETE.unlink()
    except BaseException:
        remove_unfinished()
        raise


def download(requirements: str) -> None:
    import shutil

    say(f"Downloading the packages of {requirements} ...")
    pip("download", "--retries", "2", "--dest", DOWNLOADS, "--requirement", requirements)
    packed = sum(file.stat().st_size for file in DOWNLOADS.iterdir())
    if shutil.disk_usage(VENV).free < 5 * packed:
        raise Stop(DISK_FULL)


def is_usable() -> bool:
    """Tell whether packages can be added to what is there, rather than made anew."""
    import subprocess

    if INCOMPLETE.exists() or not PYTHON.exists():
        return False
    code = "import pip, sys; print('{}.{}'.format(*sys.version_info))"
    result = subprocess.run([PYTHON, "-I", "-c", code], capture_output=True, text=True)
    return result.stdout.strip() == "{}.{}".format(*sys.version_info)


def make_venv() -> None:
    import subprocess

    # Running in a broken .venv, this is the Python that it was made from.
    base = getattr(sys, "_base_executable", sys.executable)
    found = subprocess.run(
        [base, "-I", "-c", "import ensurepip, venv; ensurepip.version()"], capture_output=True
    )
    if found.returncode:
        raise Stop(
            "This Python cannot make virtual environments: on Debian and Ubuntu, install them with "
            "`sudo apt-get install python3-venv`, then start again."
        )
    say("Making a Python environment in .venv ...")
    end_leftovers()
    remove(VENV)
    try:
        VENV.mkdir()
        INCOMPLETE.touch()
        run([base, "-I", "-m", "venv", VENV], "The environment could not be made")
    except BaseException:
        remove_unfinished()
        raise


def end_leftovers() -> None:
    """End what a start that was killed has left at work in ``.venv``; it would write into the next one."""
    try:
        left = int(INCOMPLETE.read_text())
        command = Path(f"/proc/{left}/cmdline").read_text()
        if str(VENV) in command:  # and not another program that has got the same number since
            os.killpg(left, signal.SIGKILL)
    except (OSError, ValueError):
        pass  # nothing is left, or this system does not tell


def remove_unfinished() -> None:
    """Give back the space of an environment that nothing can use."""
    if INCOMPLETE.exists():
        remove(VENV)


def remove(folder: Path) -> None:
    import shutil
    import time

    if folder.is_symlink():
        folder.unlink()
    for _ in range(50):  # what has just been ended may still have put a file there
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def pip(action: str, *arguments: str | Path) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--no-input"]
    troubles = {
        "download": "The packages could not be fetched; look at the connection to the package index",
        "install": "The packages could not be installed",
    }
    run([PYTHON, "-I", "-m", "pip", action, *options, *arguments], troubles[action])


def run(command: list[str | Path], trouble: str) -> None:
    """Run a quiet command; when it fails, stop with the reason, or with the trouble as we know it."""
    import shutil
    import subprocess

    process = subprocess.Popen(
        command,
        cwd=ROOT,
        # Some machines are set to install for the user: that would miss .venv.
        env=os.environ | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        if INCOMPLETE.exists():
            INCOMPLETE.write_text(str(process.pid))  # for a start that comes after this one was killed
        output, _ = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)  # and what it has started
        process.wait()
        raise
    if process.returncode == 0:
        return
    hardly_anything = 16 * 1024 * 1024  # bytes; not every tool says that the disk was full
    if any(words in output for words in FULL) or shutil.disk_usage(VENV).free < hardly_anything:
        raise Stop(DISK_FULL)
    if any(words in output for words in DENIED):
        raise Stop(f"{VENV} cannot be written: start as the user who owns {ROOT}.")
    lines = [line for line in output.splitlines() if line.strip()] or ["no reason given"]
    reason = next((line for line in reversed(lines) if line.startswith("ERROR:")), lines[-1])
    raise Stop(f"{trouble}, then start again ({reason.removeprefix('ERROR:').strip()}).")


def say(line: str) -> None:
    print(line, flush=True)


def interrupt(*_signal: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    try:
        main(sys.argv[1], sys.argv[2:])
    except Stop as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        say("Stopped before everything was installed: the next start does the rest.")
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)  # so that no caller takes this for a success
    except OSError as problem:
        if problem.strerror in FULL:
            sys.exit(DISK_FULL)
        place = problem.filename or ROOT
        sys.exit(f"{place} cannot be used ({problem.strerror}): start as the user who owns {ROOT}.")
