"""The production server, gunicorn, set for this site and run in the process that set the site up."""

import logging
import os
import signal
import socket
from datetime import timedelta
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from spasmguide.secrets_in_paths import without_keys

MEMORY = "/dev/shm"  # noqa: S108
GRACE = 10  # seconds for answers under way when the site is told to stop


class Site(BaseApplication):  # type: ignore[misc]
    """Answers at a listening socket; shows the message once it does."""

    def __init__(self, listener: socket.socket, workers: int, threads: int, message: str) -> None:
        self.options = {
            "bind": f"fd://{listener.detach()}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "preload_app": True,
            "control_socket_disable": True,  # it would be made in a home directory
            "graceful_timeout": GRACE,
            # A worker shows that it is alive by touching a file: on a slow disk that can take too long.
            "worker_tmp_dir": MEMORY if os.access(MEMORY, os.W_OK) else None,
            "logger_class": Log,
            "loglevel": "error",  # a warning about a request that is no HTTP would quote it
            "accesslog": "-",
            "access_log_format": "%(t)s %(m)s %(U)s %(s)s %(L)ss",
            "when_ready": lambda arbiter: print(message, flush=True),
            "post_worker_init": leave_ctrl_c_to_the_master,
            "on_exit": lambda arbiter: print("Stopped.", flush=True),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # Django leaves it to the server to send no body after HEAD; gunicorn would warn each time.
        logging.getLogger("gunicorn.http").setLevel(logging.ERROR)

        from django.db import connections

        import spasmguide.urls  # noqa: F401  # once, for all workers
        from spasmguide.wsgi import application

        connections.close_all()  # none may be shared by two processes
        return application

    def run(self) -> None:
        Master(self).run()


class Master(Arbiter):  # type: ignore[misc]
    """Stops when told to only after the answers under way have been given."""

    handle_int = Arbiter.handle_term  # gunicorn's own breaks them off
    handle_hup = Arbiter.handle_term  # the terminal has been closed

    def init_signals(self) -> None:
        was_ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN  # as nohup sets it
        super().init_signals()
        if was_ignored:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)


def leave_ctrl_c_to_the_master(worker: Worker) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


class Log(Logger):  # type: ignore[misc]
    """Names what was asked for, and nothing that was sent with it: answers are health data."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        # As it was sent, so that an encoded line break cannot forge a line.
        atoms["U"] = without_keys(environ["RAW_URI"].partition("?")[0])
        return atoms

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        super().exception(msg, *(str(arg).partition("?")[0] for arg in args), **kwargs)
