"""A worker that is forked while another thread compiles is no child of its locks."""

import gc
import threading

import sympy

from lapicque.circuits.numeric.machine import machine_code
from lapicque.netlists.ngspice.fork import worker_context

X = sympy.Symbol("x")


def test_workers_forked_while_a_thread_compiles_free_what_they_inherit():
    kept, stop = [], threading.Event()

    def compile_on():
        while not stop.is_set():
            kept.append(machine_code([[X], [], [], []], [sympy.sin(X)] * 20))

    def child():
        kept.clear()
        gc.collect()

    thread = threading.Thread(target=compile_on)
    thread.start()
    try:
        for _ in range(12):
            worker = worker_context().Process(target=child)
            worker.start()
            worker.join(20)
            alive = worker.is_alive()
            worker.kill()
            assert not alive
            del kept[5:]
    finally:
        stop.set()
        thread.join()
