"""One ngspice in this process, through PySpice. Runs only inside a worker.

libngspice keeps state in globals, does not stop when asked and may end the process: so nothing but a
worker process imports this at run time.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray


@frozen(eq=False)
class Outcome:
    """What ngspice gave for one netlist, unjudged."""

    vectors: dict[str, NDArray[Any]]
    said: str
    aborted: bool
    seconds: float
    """ngspice's own time for the run command."""
    version: str
    late: bool = False
    """Whether it was halted because its time was over."""


def open_session(library: str) -> Any:
    """Load the library and return PySpice's `NgSpiceShared`.

    Args:
        library: what `find_library` found.
    """
    os.environ["NGSPICE_LIBRARY_PATH"] = library
    # A start file of a stranger's must not change what we simulate.
    for variable in ("SPICE_SCRIPTS", "SPICE_LIB_DIR", "SPICE_INPUT_DIR"):
        os.environ.pop(variable, None)
    logging.getLogger("PySpice").setLevel(logging.CRITICAL)
    logging.getLogger("PySpice.Spice.NgSpice.Shared").setLevel(logging.CRITICAL)
    from PySpice.Spice.NgSpice.Shared import NgSpiceShared, ffi

    class Session(NgSpiceShared):
        """With a word for when ngspice's own thread is done: PySpice's returns nothing, which is no C integer."""

        done = threading.Event()

        @staticmethod
        def _background_thread_running(idle: bool, ngspice_id: int, user_data: Any) -> int:
            if idle:
                ffi.from_handle(user_data).done.set()
            return 0

    Session.setup_platform()
    ngspice = Session(send_data=False)
    # Of its two threads ngspice 39 lets one wait at full speed for the other in every BSIM transistor.
    _quietly(lambda: ngspice.exec_command("set num_threads=1"))
    return ngspice


LOOK = 0.05
"""Seconds between two looks at a run that may be halted."""


def run(ngspice: Any, text: str, patience: float | None = None) -> Outcome:
    """Run one netlist and forget it.

    Args:
        ngspice: what `open_session` returned.
        text: the netlist.
        patience: seconds of one core after which the run is halted; what there is by then is returned.

    Returns:
        All saved vectors (names as ngspice gives them), ngspice's words, and whether it gave up.
    """
    said: list[str] = []
    # PySpice raises on any unknown word of ngspice; whether the run is good is proved from its data.
    ngspice.clear_output()
    parsed = _quietly(lambda: ngspice.load_circuit(text))
    said += _words(ngspice)
    started = time.perf_counter()
    late = _run_within(ngspice, patience) if patience is not None else False
    ran = _quietly(lambda: ngspice.run()) if patience is None else True
    seconds = time.perf_counter() - started
    said += _words(ngspice)
    words = "\n".join(said)
    plot = ngspice.last_plot
    # A noise analysis leaves two: densities, and what they integrate to.
    plots = [p for p in ngspice.plot_names if p.startswith("noise")] if plot.startswith("noise") else [plot]
    vectors = {} if plot == "const" else {k: v for p in plots for k, v in _vectors(ngspice, p).items()}
    _quietly(ngspice.destroy)
    _quietly(ngspice.remove_circuit)
    aborted = "aborted" in words or (not (parsed and ran) and not vectors)
    return Outcome(vectors, words, aborted, seconds, f"ngspice-{ngspice.ngspice_version}", late)


def listing(ngspice: Any, text: str, seed: int) -> tuple[str, str]:
    """Load a netlist, print it flat, and forget it; nothing is run.

    Args:
        ngspice: what `open_session` returned.
        text: the netlist, of cards that do nothing but describe.
        seed: with which random numbers begin.

    Returns:
        What ngspice said, and its `listing expand`; that is empty where it could not load.
    """
    _quietly(lambda: ngspice.exec_command(f"setseed {seed}"))
    ngspice.clear_output()
    loaded = _quietly(lambda: ngspice.load_circuit(text))
    said = "\n".join(_words(ngspice))
    ngspice.clear_output()
    if loaded:
        _quietly(lambda: ngspice.exec_command("listing expand"))
    printed = "\n".join(_words(ngspice)) if loaded else ""
    _quietly(ngspice.remove_circuit)
    return said, printed


def _run_within(ngspice: Any, patience: float) -> bool:
    """Run in ngspice's own thread and halt it when time is over: it hears nothing else, and keeps what it has."""
    ngspice.done.clear()
    begun = time.process_time()
    _quietly(lambda: ngspice.exec_command("bg_run"))
    late = False
    while not ngspice.done.wait(LOOK):
        if not late and time.process_time() - begun > patience:
            late = True
            _quietly(lambda: ngspice.exec_command("bg_halt"))
    return late


def _quietly(action: Any) -> bool:
    """Do something of PySpice's; False when PySpice, which takes chatter for errors, raised."""
    try:
        action()
    except NameError:  # the base of all PySpice's ngspice errors
        return False
    return True


def _words(ngspice: Any) -> list[str]:
    return [line for line in (*ngspice._stdout, *ngspice._stderr) if line.strip()]


def _vectors(ngspice: Any, plot: str) -> dict[str, NDArray[Any]]:
    vectors = ngspice.plot(None, plot)
    return {name.lower(): np.asarray(v._data) for name, v in vectors.items()}
