"""What `lapicque sweep` varies, from the words of its options: grids, samples, tolerances, corners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..circuits.errors import LapicqueError, QuantityError

if TYPE_CHECKING:
    from ..analysis.sweeps.design import Design
    from ..circuits.circuit import Circuit


def design_of(nominal: Circuit, options: dict[str, Any]) -> Design:
    """The values of all runs, in the one way that was asked for.

    Args:
        nominal: the circuit, whose parts have tolerances.
        options: of the command.

    Raises:
        LapicqueError: no way, or several; a value or a part that is none.
    """
    from ..analysis.sweeps import corners, grid, latin_hypercube, mismatch, monte_carlo, tolerance

    ways = [k for k in ("vary", "sample") if options[k]]
    ways += ["tolerance"] if options["tolerance"] or options["mismatch"] else []
    if len(ways) != 1:
        raise LapicqueError(
            "say what varies, in one way: --vary, --sample, or --tolerance and --mismatch; a netlist may have .step."
        )
    if ways[0] == "vary":
        return grid({name: axis(name, text) for name, text in options["vary"]})
    if ways[0] == "sample":
        return latin_hypercube({n: between(n, t) for n, t in options["sample"]}, options["runs"], options["seed"])
    parts = tolerance(nominal, dict(options["tolerance"])) if options["tolerance"] else ()
    transistors = mismatch(nominal) if options["mismatch"] else ()
    if options["corners"]:
        groups = {s.name: [s] for s in parts} | ({"transistors": list(transistors)} if transistors else {})
        return corners(groups)
    return monte_carlo((*parts, *transistors), options["runs"], options["seed"], matched_parts(options["matched"]))


def axis(name: str, text: str) -> list[float]:
    """The values of FROM:TO:COUNT[:log], or of A,B,C."""
    import numpy as np

    from ..analysis.sweeps.design import want_runs
    from ..circuits.units import parse

    if ":" not in text:
        return [parse(word, name) for word in text.split(",")]
    words = text.split(":")
    if (
        len(words) not in (3, 4)
        or not (words[2].isascii() and words[2].isdigit() and len(words[2]) < 19)
        or int(words[2]) < 1
        or words[3:] not in ([], ["log"], ["lin"])
    ):
        raise QuantityError(f"{name}={text}: write FROM:TO:COUNT, with :log for even steps of the logarithm.")
    low, high, count = parse(words[0], name), parse(words[1], name), want_runs(int(words[2]))
    if words[3:] == ["log"]:
        if not low * high > 0:
            raise QuantityError(f"{name}={text}: a logarithmic axis cannot touch or cross 0.")
        return np.geomspace(low, high, count).tolist()
    return np.linspace(low, high, count).tolist()


def between(name: str, text: str) -> tuple[str, str]:
    """The ends of FROM:TO."""
    low, _, high = text.partition(":")
    if not high or ":" in high:
        raise QuantityError(f"{name}={text}: write FROM:TO.")
    return low, high


def matched_parts(texts: tuple[str, ...]) -> list[Any]:
    """Parts of --matched A,B:CORRELATION."""
    from ..analysis.sweeps import Matched
    from ..circuits.units import parse

    found = []
    for text in texts:
        names, _, correlation = text.partition(":")
        if not correlation:
            raise QuantityError(f"--matched {text}: write the parts and their correlation, such as R1,R2:0.9.")
        found.append(Matched(tuple(names.split(",")), parse(correlation, "correlation")))
    return found
