"""What a learner waits for: the lab page in a real browser, and a lesson of `lapicque learn`."""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rows import Row

ENGINE = Path(__file__).parent.parent / "lessons/site/node_modules/eecircuit-engine/dist/eecircuit-engine.mjs"
MOVES = 21


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


def course_rows() -> Iterator[Row]:
    """Needs chromium, playwright, and the packages of `make site`."""
    found = shutil.which("chromium")
    if not found or not ENGINE.is_file():
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield from _lab(browser, Path(folder))
        yield from _learn(browser)
        browser.close()


def _lab(browser: Any, folder: Path) -> Iterator[Row]:
    from lapicque.lessons.site.build import build_site

    build_site(folder, ENGINE, ("en",))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    started = time.perf_counter()
    page.goto(f"http://127.0.0.1:{server.server_port}/en/lab.html")
    page.wait_for_selector("#lab[data-runs]", timeout=60_000)
    yield Row("lab page, first use, local server: to the first curve", time.perf_counter() - started, "s", 5.0)
    for name in ("rc", "lif"):
        page.select_option("[data-part=circuit]", name)
        page.wait_for_timeout(1500)
        times = page.evaluate(_SLIDES, MOVES)
        yield Row(f"lab page, {name}: from slider to curve, median", statistics.median(times), "ms", 300.0)
    server.shutdown()


_SLIDES = """async (moves) => {
  const lab = document.querySelector('#lab'), slider = lab.querySelector('input[type=range]'), times = [];
  for (let k = 0; k < moves; k++) {
    const runs = Number(lab.dataset.runs), began = performance.now();
    slider.value = String(60 + 4 * k);
    slider.dispatchEvent(new Event('input'));
    while (Number(lab.dataset.runs) === runs) await new Promise((done) => setTimeout(done, 1));
    await new Promise((done) => requestAnimationFrame(done));
    times.push(performance.now() - began);
  }
  return times;
}"""


def _learn(browser: Any) -> Iterator[Row]:
    """From the command to a lesson whose first slider is there."""
    code = "import sys; from lapicque.cli import main; sys.argv[0] = 'lapicque'; main()"
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    times = []
    for _ in range(3):
        started = time.perf_counter()
        run = subprocess.Popen([sys.executable, "-c", code, "learn", "4", "--no-browser"], stdout=subprocess.PIPE,
                               text=True, env=environment)  # fmt: skip
        assert run.stdout is not None
        address = re.search(r"http://\S+", run.stdout.readline())
        assert address is not None
        page = browser.new_page()
        page.goto(address[0])
        page.wait_for_selector("marimo-ui-element [role=slider]", timeout=60_000)
        times.append(time.perf_counter() - started)
        page.close()
        run.terminate()
        run.wait()
    yield Row("lapicque learn 4: from the command to a slider that can be moved", min(times), "s", 5.0)
