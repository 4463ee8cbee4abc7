"""Examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import lapicque
import pytest

MODULES = sorted(m.name for m in pkgutil.walk_packages(lapicque.__path__, "lapicque."))


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
