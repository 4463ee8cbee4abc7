"""Build the site: every lesson in every language, the lab, and what they need, into one folder."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from ...analysis.plots.style import to_png
from ...circuits.errors import LapicqueError
from ...netlists.files.whole import write_file
from ..lab import LAB, to_javascript
from ..phrases import PHRASES, say
from ..pictures import PICTURES, animation
from ..plays import PLAYS, play
from ..plays.javascript import javascript
from ..poster import save_poster
from ..text import LANGUAGES, LESSONS, Lesson, lesson
from .blocks import page_block

ENGINE = "eecircuit-engine.mjs"
LICENCES = (
    "lapicque: GPL-3.0-or-later",
    "eecircuit-engine: MIT, Copyright Danial Chitnis and contributors",
    "ngspice (inside eecircuit-engine): BSD-3-Clause; parts under LGPL-2.1 and public domain, see ngspice's COPYING",
)


def build_site(
    target: str | Path, engine: str | Path | None = None, languages: tuple[str, ...] = tuple(LANGUAGES)
) -> int:
    """Write the site.

    Args:
        target: folder; made if it is not there.
        engine: `eecircuit-engine.mjs` of the npm package; without it the lab cannot run.
        languages: of the pages.

    Returns:
        Number of pages.

    Raises:
        LapicqueError: the engine is not there, or the folder cannot be written.
    """
    folder = Path(target)
    if engine is not None and not Path(engine).is_file():
        raise LapicqueError(f"there is no {str(engine)!r}: run npm ci first.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _assets(folder, Path(engine) if engine else None)
        return sum(_language(folder, language, engine) for language in languages)
    except OSError as error:
        raise LapicqueError(f"cannot write {error.filename!r}: {error.strerror}.") from error


def _assets(folder: Path, engine: Path | None) -> None:
    static = resources.files("lapicque.lessons").joinpath("site", "static")
    for file in static.iterdir():
        write_file(folder / file.name, file.read_bytes(), "the site")
    if engine is not None:
        write_file(folder / ENGINE, engine.read_bytes(), "the site")
    plays = ",\n".join(f"{json.dumps(name)}: {javascript(play(name))}" for name in PLAYS)
    write_file(folder / "plays.js", f'"use strict";\nexport const PLAYS = {{\n{plays}\n}};\n', "the site")
    circuits = ",\n".join(to_javascript(make()) for make in LAB.values())
    write_file(folder / "circuits.js", f'"use strict";\nexport const LAB = [\n{circuits}\n];\n', "the site")
    write_file(
        folder / "index.html",
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>lapicque</title>'
        '<meta http-equiv="refresh" content="0; url=en/index.html"><a href="en/index.html">English</a> '
        '<a href="ko/index.html" lang="ko">한국어</a></html>\n',
        "the site",
    )  # fmt: skip


def _language(folder: Path, language: str, engine: str | Path | None) -> int:
    pages = folder / language
    pages.mkdir(exist_ok=True)
    render = _renderer(language)
    titles = [(n, lesson(n, language).title) for n in LESSONS]
    _write(pages / "index.html", render("index.html", page="index.html", lessons=titles))
    for number in LESSONS:
        read = lesson(number, language)
        _write(pages / f"lesson_{number}.html", _lesson_page(render, read))
        for block in read.of_kind("animation"):
            _animate(pages, block.name, language)
    save_poster(pages / "poster.pdf", language)
    words = {ours: PHRASES[theirs][language] for ours, theirs in LAB_WORDS.items()}
    size = len(gzip.compress(Path(engine).read_bytes(), 6)) / 1e6 if engine else 0.0
    lab = render(
        "lab.html", page="lab.html", words=json.dumps(words, ensure_ascii=False), licences=LICENCES,
        download=say("download", language, megabytes=f"{size:.1f}"),
    )  # fmt: skip
    _write(pages / "lab.html", lab)
    return len(LESSONS) + 2


LAB_WORDS = {
    "difference": "difference", "points": "points", "run": "run_time", "median": "median", "worst": "worst",
    "swing": "swing", "running": "running", "failed": "run_failed", "copied": "copied", "no_vector": "no_vector",
    "address": "address_wrong",
}  # fmt: skip
PAGE_WORDS = tuple(
    k for k in PHRASES if k.startswith(("answer_", "equation_", "rate_")) or k in ("right", "wrong", "choose")
)


def _write(path: Path, page: str) -> None:
    write_file(path, page, "the site")


def _lesson_page(render: Callable[..., str], read: Lesson) -> str:
    blocks = [page_block(read, b) for b in read.blocks if b.kind != "title"]
    phrases = {k: PHRASES[k][read.language] for k in PAGE_WORDS}
    return render(
        "lesson.html", page=f"lesson_{read.number}.html", number=read.number, count=len(LESSONS), title=read.title,
        blocks=blocks, phrases=json.dumps(phrases, ensure_ascii=False), lab=tuple(LAB),
    )  # fmt: skip


def _animate(pages: Path, name: str, language: str) -> None:
    write_file(pages / f"{name}.{language}.png", animation(name, language), "the site")
    write_file(pages / f"{name}.{language}.still.png", to_png(PICTURES[name](language), 100), "the site")


def _renderer(language: str) -> Callable[..., str]:
    from jinja2 import DictLoader, Environment
    from markupsafe import Markup

    folder = resources.files("lapicque.lessons").joinpath("site", "templates")
    templates = {f.name: f.read_text(encoding="utf-8") for f in folder.iterdir()}
    environment = Environment(loader=DictLoader(templates), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["raw"] = Markup  # our own words and formulas, not from outside
    environment.filters["figure"] = lambda svg, words: Markup(_labelled(svg, words))
    environment.filters["task"] = lambda task: Markup(_task(task))
    other = next(k for k in LANGUAGES if k != language)

    def render(name: str, **values: Any) -> str:
        shared = {
            "language": language, "other": other, "root": "../", "say": lambda p, **v: say(p, language, **v),
            "plain": plain_words,
        }  # fmt: skip
        return environment.get_template(name).render(**shared, **values)

    return render


def plain_words(words: str) -> str:
    """HTML without its tags, for descriptions of pictures."""
    return " ".join(re.sub(r"<[^>]+>", "", words).split())


def _labelled(svg: str, words: str) -> str:
    """An SVG as part of a page, named for those who do not see it; ids are made its own."""
    from html import escape

    body = svg[svg.index("<svg") :]
    mark = f"f{abs(hash_of(body)):x}-"
    body = re.sub(r'\bid="([^"]+)"', rf'id="{mark}\1"', body)
    body = re.sub(r'(href="#|url\(#)', rf"\g<1>{mark}", body)
    return body.replace("<svg", f'<svg role="img" aria-label="{escape(words, quote=True)}"', 1)


def hash_of(text: str) -> int:
    """A number for a text, the same in every run."""
    import zlib

    return zlib.crc32(text.encode())


def _task(task: dict[str, Any]) -> str:
    """An exercise's data as JavaScript; a formula becomes a function."""
    formula = task.get("formula")
    text = json.dumps({k: v for k, v in task.items() if k != "formula"}, ensure_ascii=False)
    return text if formula is None else f"{{...{text}, solution: (p) => {formula}}}"
