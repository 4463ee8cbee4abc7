"""Names in NetCDF: HDF5 takes a slash for a folder and a lone dot for the folder itself, and gets others."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    import xarray


def stored(name: str) -> str:
    """A name as it is written: `%2F` for a slash, as in addresses of web pages.

    >>> stored("v(a/b)"), stored("mem"), stored(".")
    ('v(a%2Fb)', 'mem', '%2E')
    """
    quoted = name.replace("%", "%25").replace("/", "%2F")
    return quoted.replace(".", "%2E") if set(quoted) == {"."} else quoted


def with_stored_names(result: xarray.Dataset) -> xarray.Dataset:
    """The same data under names that NetCDF can hold."""
    return _renamed(result, {n: stored(n) for n in _names(result)})


def with_own_names(result: xarray.Dataset) -> xarray.Dataset:
    """What `with_stored_names` changed, back."""
    return _renamed(result, {n: unquote(n) for n in _names(result)})


def _names(result: xarray.Dataset) -> list[str]:
    return [str(n) for n in {**result.variables, **result.sizes}]


def _renamed(result: xarray.Dataset, names: dict[str, str]) -> xarray.Dataset:
    changes = {a: b for a, b in names.items() if a != b}
    return result.rename(changes) if changes else result
