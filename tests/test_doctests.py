"""Examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

from lapicque import analysis, circuits, cli, netlists

ROOMS = (circuits, netlists, analysis, cli)
MODULES = sorted(m.name for room in ROOMS for m in pkgutil.walk_packages(room.__path__, f"{room.__name__}."))


def test_all_modules_are_found():
    assert len(MODULES) > 60


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
