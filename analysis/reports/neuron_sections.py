"""What the report of a measured neuron holds besides: a fit beside the derived neuron, and how it spreads."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ...circuits.neurons import NeuronModel
from ...circuits.units import show
from ..fits.neuron_fit import NeuronFit, unit_of
from ..mismatch.mismatch import Mismatch

ONE_FIRING = "Its reset, hold and delay are those of one firing at a steady input; fitted ones are those of all inputs."


@frozen
class Section:
    """One section of a page.

    Attributes:
        title: of it.
        words: paragraphs before the table.
        head: of the table's columns.
        rows: of the table.
        picture: SVG, or "".
        caption: of the picture.
    """

    title: str
    words: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    picture: str = ""
    caption: str = ""


def spread_section(found: Mismatch, sources: Sequence[str]) -> Section:
    """How the neuron spreads.

    Args:
        found: the spread.
        sources: where the spread of each part comes from, a line each.
    """
    from ..plots.mismatch import spread_figure
    from ..plots.style import to_svg

    count = "" if found.measured is None else f" Measured: {len(found.measured.values)} instances."
    failed = () if found.measured is None else found.measured.failed
    words = (
        f"Predicted from the slopes of every parameter over every value that spreads.{count}",
        *((f"{len(failed)} instances are no such neuron: {failed[0]}",) if failed else ()),
        *sources,
    )  # fmt: skip
    head = ("parameter", "middle", "standard deviation", "measured, of the predicted", "what causes its variance")
    caption = "Above: instances and the predicted normal spread. Below: two parameters together, and what causes what."
    picture = to_svg(spread_figure(found)) if found.moving else ""
    return Section("How it spreads", words, head, tuple(found.rows), picture, caption)


def beside(fitted: NeuronModel, derived: NeuronModel | None, unit: str) -> list[tuple[str, str, str, str, str]]:
    """Parameters of a fitted neuron beside the derived one.

    Args:
        fitted: with the errors of its parameters, if known.
        derived: of the same circuit; None where none is.
        unit: of the input.

    Returns:
        Of each parameter of either: name, fitted, its error, derived, fitted less derived; "" for what one has not.
    """
    sigmas = fitted.covariance.sigmas if fitted.covariance else {}
    mine, other = fitted.parameters, {} if derived is None else derived.parameters
    made = []
    for name in [*mine, *(n for n in other if n not in mine)]:
        of = unit_of(name, unit)
        a, b = mine.get(name), other.get(name)
        cells = [_size(a, of, 6), _size(sigmas.get(name), of, 2), _size(b, of, 6)]
        off = "" if a is None or b is None else _size(a - b, of, 2)
        made.append((name, *cells, off))
    return made


def fit_section(fit: NeuronFit, derived: NeuronModel | None, why: str) -> Section:
    """Which model it is.

    Args:
        fit: what was fitted.
        derived: the neuron of its equations; None where there is none.
        why: there is none.
    """
    from ..plots.fitted import fitted
    from ..plots.style import to_svg

    kind = why if derived is None else f"Derived from its equations: {derived.kind}. {ONE_FIRING}"
    table = () if fit.model is None else tuple(beside(fit.model, derived, fit.unit))
    head = ("parameter", "fitted", "its standard error", "derived", "fitted less derived")
    caption = "Left: dynamic I-V curve. Right: firing rate over a steady input. Below: spikes under noise."
    return Section("Which model it is", (fit.verdict, kind), head, table, to_svg(fitted(fit)), caption)


def _size(value: float | None, unit: str, digits: int) -> str:
    return "" if value is None else show(float(f"{value:.{digits}g}"), unit)
