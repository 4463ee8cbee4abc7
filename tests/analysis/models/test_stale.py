"""What numba keeps is forgotten when any source is newer."""

import os

import pytest

from lapicque.analysis.models.stale import _say, forget_stale, say_if_it_compiles


@pytest.mark.parametrize(("edited", "left"), [(100, 2), (200, 2), (300, 0)])
def test_kept_code_is_forgotten_after_an_edit_of_any_source(tmp_path, edited, left):
    cache = tmp_path / "__pycache__"
    cache.mkdir()
    for name, time in (("inner.py", edited), ("outer.py", 50), ("__pycache__/outer.run.1.nbi", 200),
                       ("__pycache__/outer.run.1.nbc", 250), ("__pycache__/outer.pyc", 10)):  # fmt: skip
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (time, time))
    assert forget_stale(tmp_path) == 2 - left
    assert len(list(cache.glob("*.nb?"))) == left
    assert (cache / "outer.pyc").exists()


def test_a_folder_without_kept_code_is_left_alone(tmp_path):
    (tmp_path / "inner.py").write_text("")
    assert forget_stale(tmp_path) == 0


def test_who_waits_for_the_compiler_is_told_once_and_who_does_not_is_not(tmp_path, monkeypatch, caplog):
    """Before its machine code is kept, and not after."""
    (tmp_path / "kept_one.py").write_text(
        "from numba import njit\n\n\n@njit(cache=True)\ndef twice(x):\n    return 2 * x\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    from kept_one import twice

    _say.cache_clear()
    say = say_if_it_compiles.__wrapped__  # which is asked once a process
    say(twice)
    assert "compiles its solver" in caplog.text
    caplog.clear()
    _say.cache_clear()
    assert twice(2) == 4
    say(twice)
    assert caplog.text == ""
