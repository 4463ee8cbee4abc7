"""The command in this process: as its users call it, without the seconds that a new Python takes to import."""

import contextlib
import os

from click.testing import CliRunner

from lapicque.cli import options
from lapicque.cli.main import cli
from lapicque.netlists.reading import own


def lapicque(*words, cwd=None, given=None):
    """Exit code, output and messages of `lapicque WORDS`, in a folder, with a text on standard input."""
    options._read_once.cache_clear()  # a command reads a file once; the next one may find another of that name
    own._standard_input.cache_clear()
    with contextlib.chdir(cwd or os.getcwd()):
        done = CliRunner().invoke(cli, [str(w) for w in words], input=given, prog_name="lapicque")
    return done.exit_code, done.stdout, done.stderr
