"""What a drawing is made of in the end: strokes, circles and text."""

from __future__ import annotations

from attrs import define, field, frozen

Place = tuple[float, float]


@frozen
class Stroke:
    """A line through points; filled means closed, with ink inside."""

    points: tuple[Place, ...]
    is_filled: bool = False
    is_bold: bool = False


@frozen
class Circle:
    """A circle about a point."""

    x: float
    y: float
    radius: float
    is_filled: bool = False


@frozen
class Text:
    """One line, its middle at y; `align` says what of it is at x: left, center or right."""

    words: str
    x: float
    y: float
    align: str = "center"
    is_name: bool = False
    size: float = 1.0


@define(eq=False)
class Ink:
    """All strokes, circles and text of a drawing."""

    strokes: list[Stroke] = field(factory=list)
    circles: list[Circle] = field(factory=list)
    texts: list[Text] = field(factory=list)

    def line(self, *points: Place, bold: bool = False) -> None:
        """Draw a line."""
        self.strokes.append(Stroke(points, is_bold=bold))

    def area(self, *points: Place) -> None:
        """Fill a polygon."""
        self.strokes.append(Stroke((*points, points[0]), is_filled=True))

    def arrow(self, tail: Place, tip: Place, length: float = 0.75) -> None:
        """The head of an arrow that ends at a point."""
        dx, dy = tip[0] - tail[0], tip[1] - tail[1]
        far = (dx * dx + dy * dy) ** 0.5
        ux, uy = dx / far * length, dy / far * length
        back = (tip[0] - ux, tip[1] - uy)
        self.area(tip, (back[0] - uy * 0.4, back[1] + ux * 0.4), (back[0] + uy * 0.4, back[1] - ux * 0.4))
