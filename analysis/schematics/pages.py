"""A drawing as a page: SVG text, or on an axis of matplotlib, which makes PNG and PDF of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from .ink import Place
from .picture import Picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PIXELS = 10
"""Of a unit."""
LETTERS = 1.2
"""Size of letters, units."""
BLUE = "#0072B2"
BLUE_FILL = f' fill="{BLUE}"'
FONTS = "DejaVu Sans, Verdana, Noto Sans CJK KR, NanumGothic, sans-serif"
THIN, BOLD = 0.13, 0.22
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def svg(p: Picture) -> str:
    """A drawing as SVG text."""
    wide, high = p.width * PIXELS, p.height * PIXELS
    left, top = p.left * PIXELS, p.top * PIXELS
    found = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}" '
        f'viewBox="{left:.1f} {top:.1f} {wide:.1f} {high:.1f}" '
        f'font-family="{FONTS}" font-size="{LETTERS * PIXELS:g}" stroke-linecap="round" stroke-linejoin="round">',
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="white"/>',
    ]
    for bold, filled in ((False, False), (True, False), (False, True)):
        paths = [_path(s.points) for s in p.ink.strokes if (s.is_bold, s.is_filled) == (bold, filled)]
        thick = (BOLD if bold else THIN) * PIXELS
        if not paths:
            continue
        found.append(
            f'<path fill="{"black" if filled else "none"}" stroke="black" stroke-width="{thick:g}" '
            f'd="{chr(10).join(paths)}"/>'
        )
    found.append(f'<g fill="white" stroke="black" stroke-width="{THIN * PIXELS:g}">')
    for c in p.ink.circles:
        fill = ' fill="black"' if c.is_filled else "" if c.radius < 1 else ' fill="none"'
        found.append(f'<circle cx="{_n(c.x)}" cy="{_n(c.y)}" r="{_n(c.radius)}"{fill}/>')
    found.append("</g>")
    for t in p.ink.texts:
        size = f' font-size="{t.size * LETTERS * PIXELS:g}"' if t.size != 1 else ""
        found.append(
            f'<text x="{_n(t.x)}" y="{_n(t.y + 0.36 * LETTERS * t.size)}" text-anchor="{_ANCHORS[t.align]}"{size}'
            f"{BLUE_FILL if t.is_name else ''}>{escape(t.words)}</text>"
        )
    return "\n".join([*found, "</svg>"]) + "\n"


def _n(value: float) -> str:
    return f"{round(value * PIXELS, 2):g}"


def _path(points: tuple[Place, ...]) -> str:
    return "M" + " L".join(f"{_n(x)},{_n(y)}" for x, y in points)


def on_axis(axis: Any, p: Picture) -> None:
    """Draw on an axis of matplotlib, as large as it is: lines and letters shrink with the rest."""
    from matplotlib.patches import Circle, Polygon

    axis.set_xlim(p.left, p.left + p.width)
    axis.set_ylim(p.top + p.height, p.top)
    axis.set_aspect("equal")
    points = _points_of_unit(axis, p)
    for s in p.ink.strokes:
        thick = (BOLD if s.is_bold else THIN) * points
        if s.is_filled:
            axis.add_patch(Polygon(s.points, closed=True, facecolor="black", edgecolor="black", linewidth=thick))
        else:
            xs, ys = zip(*s.points, strict=True)
            axis.plot(xs, ys, color="black", linewidth=thick, solid_capstyle="round", solid_joinstyle="round")
    for c in p.ink.circles:
        fill = "black" if c.is_filled else "white" if c.radius < 1 else "none"
        axis.add_patch(
            Circle((c.x, c.y), c.radius, facecolor=fill, edgecolor="black", linewidth=THIN * points, zorder=3)
        )
    for t in p.ink.texts:
        axis.text(
            t.x, t.y, t.words.replace("$", r"\$"), fontsize=t.size * LETTERS * points, ha=t.align,
            va="center_baseline", color=BLUE if t.is_name else "black", zorder=4,
        )  # fmt: skip


def _points_of_unit(axis: Any, p: Picture) -> float:
    """How many points a unit is on an axis."""
    box = axis.get_window_extent()
    dots = min(box.width / p.width, box.height / p.height)
    return dots * 72 / axis.figure.dpi


def figure(p: Picture) -> Figure:
    """A drawing as a figure of matplotlib, 10 points a unit."""
    from matplotlib.figure import Figure

    scale = 7.5 / 72
    made = Figure(figsize=(p.width * scale, p.height * scale))
    axis = made.add_axes((0, 0, 1, 1))
    axis.set_axis_off()
    on_axis(axis, p)
    return made
