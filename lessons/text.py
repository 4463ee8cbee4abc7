"""The words of the course: one Markdown file a lesson and language, cut into blocks that have a kind and a name.

A line `@kind name` begins a block. Which blocks a lesson has, and in which order, is the same in all languages; a test
holds it. What a block shows besides its words (a circuit, a curve, a check of an answer) is found by its name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from attrs import frozen

from ..circuits.errors import LapicqueError, unknown

LANGUAGES = {"en": "English", "ko": "한국어"}
LESSONS = tuple(range(1, 10))
KINDS = (
    "title", "goals", "words", "picture", "schematic", "derivation", "play", "run", "animation", "network", "code",
    "misconception", "exercise",
)  # fmt: skip
_HEAD = re.compile(r"^@(\w+)(?: (\w+))?$")


@frozen
class Choice:
    """One answer to choose: its words, why it is right or wrong, and which it is."""

    words: str
    reason: str
    right: bool


@frozen
class Block:
    """A piece of a lesson.

    Attributes:
        kind: one of `KINDS`.
        name: which circuit, curve or exercise.
        words: Markdown; formulas between dollar signs, numbers of exercises as `<<name>>`.
        choices: of a multiple choice.
        hints: in the order in which they are shown.
    """

    kind: str
    name: str
    words: str
    choices: tuple[Choice, ...] = ()
    hints: tuple[str, ...] = ()


@frozen
class Lesson:
    """One lesson in one language."""

    number: int
    language: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """Its title."""
        return self.block("title").words

    def block(self, kind: str, name: str = "") -> Block:
        """Find a block.

        Raises:
            UnknownNameError: there is none; says which there are.
        """
        for b in self.blocks:
            if (b.kind, b.name) == (kind, name):
                return b
        raise unknown(f"{kind} in lesson {self.number}", name, [b.name for b in self.blocks if b.kind == kind])

    def of_kind(self, kind: str) -> tuple[Block, ...]:
        """All blocks of a kind, in order."""
        return tuple(b for b in self.blocks if b.kind == kind)


@lru_cache(maxsize=32)
def lesson(number: int, language: str = "en") -> Lesson:
    """Read a lesson.

    Args:
        number: 1 to 9.
        language: "en" or "ko".

    Raises:
        UnknownNameError: no such lesson or language.
        LapicqueError: a file that is not cut into blocks.
    """
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    if number not in LESSONS:
        raise unknown("lesson", str(number), [str(n) for n in LESSONS])
    file = resources.files("lapicque.lessons").joinpath("text", language, f"lesson_{number}.md")
    return Lesson(number, language, tuple(parse_blocks(file.read_text(encoding="utf-8"), file.name)))


def parse_blocks(text: str, where: str) -> list[Block]:
    """Cut a lesson's text into blocks.

    Raises:
        LapicqueError: text before the first block, or a kind that is not known.
    """
    found: list[tuple[str, str, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("@"):
            head = _HEAD.match(line)
            if head is None or head[1] not in KINDS:
                raise LapicqueError(f"{where}, line {number}: {line!r} is no head of a block.")
            found.append((head[1], head[2] or "", []))
        elif found:
            found[-1][2].append(line)
        elif line.strip():
            raise LapicqueError(f"{where}, line {number}: words before the first block.")
    return [_block(kind, name, lines) for kind, name, lines in found]


def _block(kind: str, name: str, lines: list[str]) -> Block:
    if kind != "exercise":
        return Block(kind, name, "\n".join(lines).strip())
    words = [line for line in lines if line[:2] not in ("+ ", "- ", "? ")]
    choices = [_choice(line) for line in lines if line[:2] in ("+ ", "- ")]
    hints = [line[2:].strip() for line in lines if line.startswith("? ")]
    return Block(kind, name, "\n".join(words).strip(), tuple(choices), tuple(hints))


def _choice(line: str) -> Choice:
    words, _, reason = line[2:].partition(" | ")
    return Choice(words.strip(), reason.strip(), line.startswith("+"))
