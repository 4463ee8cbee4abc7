"""The kinds of values that options take: each is checked before anything is run."""

from __future__ import annotations

import math
import os
import re
import stat
import tempfile
from pathlib import Path
from typing import Any

import click

from ..circuits.errors import LapicqueError

Context = click.Context | None
Parameter = click.Parameter | None


class Amount(click.ParamType):
    """A finite number as people write it (20m, 1k, 0.5), within limits.

    Args:
        name: what help calls it.
        example: of a good value.
        above: every value must be greater.
        least: the smallest value.
        most: the largest value.
        unit: that may be written behind it; none where "".
    """

    def __init__(
        self, name: str, example: str, above: float | None = None, least: float | None = None,
        most: float | None = None, unit: str = "",
    ) -> None:  # fmt: skip
        self.name, self.example, self.unit = name, example, unit
        self.above, self.least, self.most = above, least, most

    def convert(self, value: Any, param: Parameter, ctx: Context) -> float:
        """Read the value and hold it against the limits."""
        from ..circuits.units import parse

        try:
            number = parse(value, "the value", self.unit)
        except LapicqueError as error:
            self.fail(str(error), param, ctx)
        wants = []
        if self.above is not None and not number > self.above:
            wants.append(f"greater than {self.above:g}")
        if self.least is not None and not number >= self.least:
            wants.append(f"{self.least:g} or more")
        if self.most is not None and not number <= self.most:
            wants.append(f"{self.most:g} or less")
        if wants:
            self.fail(f"{value!r} must be {' and '.join(wants)}, such as {self.example}.", param, ctx)
        return number


class Part(click.ParamType):
    """A part of something, as a number or in percent."""

    name = "PART"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> float:
        """Read 1% or 0.01."""
        from ..circuits.units import parse

        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            number = parse(text.removesuffix("%"), "the value", "") / (100 if text.endswith("%") else 1)
        except LapicqueError as error:
            self.fail(str(error), param, ctx)
        if not 0 <= number <= 1:
            self.fail(f"{value!r} must be from 0 to 100 %, such as 1% or 0.01.", param, ctx)
        return number


TIME = Amount("TIME", "20m", above=0, unit="s")
DELAY = Amount("TIME", "100u", least=0, unit="s")
SECONDS = Amount("SECONDS", "60", above=0, unit="s")
RATE = Amount("HERTZ", "20", above=0, unit="Hz")
LIMIT = Amount("LIMIT", "1e-3", above=0)
THRESHOLDS = Amount("THRESHOLDS", "20", above=0)
TIMES_RHEOBASE = Amount("FACTOR", "5", above=1)


class Count(click.ParamType):
    """A whole number in plain digits, within limits; some words may stand for numbers."""

    name = "COUNT"

    def __init__(self, least: int = 1, most: float = math.inf, words: dict[str, int | None] | None = None) -> None:
        self.least, self.most, self.words = least, most, words or {}

    def convert(self, value: Any, param: Parameter, ctx: Context) -> int | None:
        """Read the number; `1_000` and digits of other scripts, which Python takes, are none."""
        if isinstance(value, int):
            return value
        if value in self.words:
            return self.words[value]
        known = "".join(f"{w}, " for w in self.words)
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
            self.fail(f"{value!r} is no whole number; give {known}a number such as {max(self.least, 4)}.", param, ctx)
        number = int(value)
        if not self.least <= number <= self.most:
            limits = f"{self.least} or more" if self.most == math.inf else f"from {self.least} to {self.most}"
            self.fail(f"{value} must be {limits}.", param, ctx)
        return number


class Columns(click.ParamType):
    """Numbers of columns from 0, each once."""

    name = "A,B,C"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> tuple[int, ...]:
        """Split at commas."""
        if isinstance(value, tuple):
            return value
        words = [word.strip() for word in value.split(",")]
        if not all(re.fullmatch(r"[0-9]{1,9}", word) for word in words):
            self.fail(f"{value!r}: give whole numbers from 0, such as 0,2,3.", param, ctx)
        numbers = tuple(map(int, words))
        if twice := [n for n in dict.fromkeys(numbers) if numbers.count(n) > 1]:
            self.fail(f"{value!r}: column {twice[0]} is there twice; each column is one line.", param, ctx)
        return numbers


class Assignment(click.ParamType):
    """NAME=VALUE."""

    name = "NAME=VALUE"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> tuple[str, str]:
        """Split at the first equals sign."""
        if isinstance(value, tuple):
            return value
        name, equals, text = str(value).partition("=")
        if not equals or not name.strip() or not text.strip():
            self.fail(f"{value!r} is not NAME=VALUE; write for example R1=22k.", param, ctx)
        return name.strip(), text.strip()


def each_once(ctx: click.Context, param: click.Parameter, value: tuple[tuple[str, str], ...]) -> Any:
    """Callback of options with assignments: a name that is there twice would silently mean its last value."""
    names = [name for name, _ in value]
    if twice := [n for n in dict.fromkeys(names) if names.count(n) > 1]:
        raise click.BadParameter(f"{twice[0]!r} is given {names.count(twice[0])} times; give it once.", ctx, param)
    return value


class Scheduler(click.ParamType):
    """The address of a Dask scheduler, or `local`."""

    name = "ADDRESS"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> str:
        """Take `local`, HOST:PORT, or PROTOCOL://HOST:PORT."""
        if value == "local":
            return value
        found = re.fullmatch(r"(?:[a-z]{2,10}://)?(?:\[[0-9a-fA-F:]+\]|[\w.-]+):([0-9]{1,5})/?", value)
        if not found or not 0 < int(found[1]) < 65536:
            self.fail(f"{value!r} is no address; give one such as tcp://10.0.0.1:8786, or local.", param, ctx)
        return value


class InputFile(click.ParamType):
    """A file that is there and can be read."""

    name = "FILE"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> Path:
        """Look at the file, without opening it."""
        mode = self._mode(value, param, ctx)
        if mode is None:
            self.fail(f"cannot read {str(value)!r}: there is no such file.", param, ctx)
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "no regular file"
            self.fail(f"cannot read {str(value)!r}: it is {what}.", param, ctx)
        if not os.access(value, os.R_OK):
            self.fail(f"cannot read {str(value)!r}: its owner does not allow it.", param, ctx)
        return Path(value)

    def _mode(self, value: Any, param: Parameter, ctx: Context) -> int | None:
        try:
            return os.stat(value).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            words = (error.strerror if isinstance(error, OSError) else None) or str(error)
            self.fail(f"{str(value)[:80]!r} cannot be the name of a file here: {words}.", param, ctx)


class OutputFile(InputFile):
    """A file that can be written: its ending is known, its folder is there, nothing but a file is replaced.

    Args:
        endings: that say which form is written.
    """

    def __init__(self, *endings: str) -> None:
        self.endings = endings

    def convert(self, value: Any, param: Parameter, ctx: Context) -> Path:
        """Look at the name, its folder and what is there, without touching them."""
        target = Path(value)
        if target.suffix not in self.endings:
            choice = " or ".join(self.endings)
            self.fail(f"cannot write {str(target)!r}: name a file that ends in {choice}.", param, ctx)
        mode = self._mode(value, param, ctx)
        if mode is not None and not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "no regular file"
            self.fail(f"cannot write {str(target)!r}: it is {what}; name a file.", param, ctx)
        if mode is not None and not os.access(target, os.W_OK):
            self.fail(f"cannot write {str(target)!r}: it is there and must not be changed.", param, ctx)
        folder = target.parent
        if not folder.is_dir():
            self.fail(f"cannot write {str(target)!r}: there is no folder {str(folder)!r}; make it first.", param, ctx)
        try:  # a file without a name: the only honest way to ask, and nothing of it stays
            with tempfile.TemporaryFile(dir=folder):
                return self._only(target, param, ctx)
        except OSError as error:
            words = f"cannot write {str(target)!r}: {error.strerror} in {str(folder)!r}; name another folder."
            self.fail(words, param, ctx)

    def _only(self, target: Path, param: Parameter, ctx: Context) -> Path:
        """The file, if no other option names it too: the later one would replace the earlier."""
        if ctx is not None and param is not None:
            for option, other in outputs_of(ctx).items():
                if option != param.name and _same(target, other):
                    self.fail(f"{str(target)!r} and {str(other)!r} are one file: name another.", param, ctx)
            outputs_of(ctx)[str(param.name)] = target
        return target


def outputs_of(ctx: click.Context) -> dict[str, Path]:
    """The files that a command was asked to write, option by option."""
    found: dict[str, Path] = ctx.meta.setdefault("lapicque.outputs", {})
    return found


def _same(a: Path, b: Path) -> bool:
    """Whether two names lead to one file, which may not be there yet."""
    return a.samefile(b) if a.exists() and b.exists() else a.resolve() == b.resolve()


FIGURE = OutputFile(".svg", ".png")


def keep_input(*inputs: Path | None) -> None:
    """Refuse outputs of the running command that would replace one of its inputs.

    Raises:
        click.UsageError: names the file.
    """
    ctx = click.get_current_context(silent=True)
    for target in outputs_of(ctx).values() if ctx else ():
        for source in inputs:
            if source is not None and source.exists() and _same(target, source):
                raise click.UsageError(f"{str(target)!r} is an input and an output: the run would replace its input.")
