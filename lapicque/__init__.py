"""Analog circuit models of spiking neurons: derive, write the netlist, run it in ngspice, compare.

    import lapicque as lq

gives what one needs every day, each loaded when it is first used (names: `__init__.pyi`); the rooms behind are
`lapicque.circuits`, `lapicque.netlists`, `lapicque.analysis` and `lapicque.lessons`.
"""

import lazy_loader

_loaded, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("lapicque")
    return _loaded(name)
