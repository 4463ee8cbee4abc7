"""What numba keeps is forgotten when any source is newer."""

import os

import pytest

from lapicque.analysis.stale import forget_stale


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
