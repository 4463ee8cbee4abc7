"""Roles: which element or node of a circuit does what, so that nothing depends on how it is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .arguments import named, want
from .errors import unknown

ROLES = {
    "input": "the source that drives it",
    "membrane": "the node whose voltage integrates",
    "set": "the switch or comparator that decides that there is a spike",
    "reset": "the switch or law that discharges the membrane",
    "clear": "the switch that ends the spike",
    "refractory": "the node whose decay ends the hold after a spike",
}
"""Every role, and what plays it."""
NODES = ("membrane", "refractory")
"""Roles that nodes play; elements play the others."""
PLAYERS = {
    "input": ("voltage source", "current source"),
    "set": ("switch", "comparator", "open-collector comparator"),
    "reset": (
        "switch",
        "nonlinear current source",
        "voltage-controlled current source",
        "MOSFET",
        "MOSFET, all regions",
    ),
    "clear": ("switch",),
}  # fmt: skip
"""Kinds of elements that may play a role."""
NEURON = {"input": "I1", "membrane": "mem"}
"""The names that the library uses in its neurons."""


def pairs_of(roles: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Roles as a description holds them: sorted pairs.

    Raises:
        UnknownNameError: no such role.
        KindError: a role played by something else than a name.
    """
    given = named(roles, "roles", '{"input": "I1", "membrane": "mem"}')
    for role, name in given.items():
        if role not in ROLES:
            raise unknown("role", role, ROLES)
        want(name, str, f"what plays the role {role!r}", 'give a name, such as "I1"')
    return tuple(sorted(given.items()))


def how_to_give(role: str) -> str:
    """What a person does who is told that a role is missing."""
    example = "mem" if role in NODES else "S_reset" if role != "input" else "I1"
    return (
        f'give the circuit roles={{"{role}": "{example}"}}, or a netlist --role {role}={example} (or the line '
        f"`* lapicque: role {role}={example}`), with the name of {ROLES[role]}"
    )
