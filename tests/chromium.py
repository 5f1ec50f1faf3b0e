"""Where Chromium is on this machine."""

import os
import shutil

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find_chromium() -> str | None:
    """Return the path of the program, or ``None``. The variable CHROMIUM names another one."""
    names = [named] if (named := os.environ.get("CHROMIUM")) else NAMES
    return next((path for name in names if (path := shutil.which(name))), None)
