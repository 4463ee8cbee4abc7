"""Serving the notebooks on this machine: all lessons at one address, each as a running app."""

from __future__ import annotations

import os
import socket
import threading
import webbrowser
from collections.abc import Callable
from importlib import resources
from typing import Any

from ..circuits.errors import LapicqueError
from .text import LESSONS

HOST = "127.0.0.1"


def course_app(language: str = "en") -> Any:
    """All lessons as one ASGI application: `/lesson_1` to `/lesson_9`.

    Raises:
        LapicqueError: marimo is not installed.
    """
    try:
        import marimo
    except ImportError as error:
        raise LapicqueError(
            "the course needs the package marimo: pip install marimo (in a checkout: .venv/bin/pip install marimo)."
        ) from error
    os.environ["LAPICQUE_LANGUAGE"] = language
    server = marimo.create_asgi_app(include_code=True, quiet=True)
    folder = resources.files("lapicque.lessons").joinpath("notebooks")
    for number in LESSONS:
        server = server.with_app(path=f"/lesson_{number}", root=str(folder.joinpath(f"lesson_{number}.py")))
    return server.build()


def serve(number: int, language: str, port: int, browser: bool, tell: Callable[[str], Any]) -> None:
    """Serve the course until it is interrupted.

    Args:
        number: of the lesson that is opened.
        language: that it begins with.
        port: of the server; 0 for a free one.
        browser: whether to open one.
        tell: takes the address.

    Raises:
        LapicqueError: marimo is missing, or the port is taken.
    """
    app = course_app(language)
    import uvicorn

    with _bound(port) as listening:
        address = f"http://{HOST}:{listening.getsockname()[1]}/lesson_{number}/?lang={language}"
        tell(f"Lesson {number}: {address} (stop with Ctrl-C)")
        if browser:
            threading.Timer(0.5, webbrowser.open, [address]).start()
        uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listening])


def _bound(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except OSError as error:
        made.close()
        raise LapicqueError(f"port {port} cannot be used: {error.strerror}; give another one, or none.") from error
    return made
