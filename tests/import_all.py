"""Import every module of the installed package; run from a folder that is not the checkout."""

import importlib
import pkgutil

import lapicque

names = [m.name for m in pkgutil.walk_packages(lapicque.__path__, "lapicque.")]
for name in names:
    importlib.import_module(name)
assert len(names) > 60, names
print(f"{len(names)} modules imported")
