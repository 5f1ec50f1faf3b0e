"""Some addresses are keys: whoever has one gets in. They are told to nobody who reads the log."""

import logging
import re

# A preview link, the first set-up, and the link with which somebody chooses a password.
KEY = re.compile(r"(?<=/)(preview|set-up|password/[\w-]{1,40})/(?!set-password)[^/?\s]+")


def without_keys(text: str) -> str:
    """Return a path, or a line about one, with dots in place of each key."""
    return KEY.sub(r"\1/…", text)


class WithoutKeys(logging.Filter):
    """Takes the keys out of what is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (told := without_keys(said)) != said:
            record.msg, record.args = told, ()
        return True
