"""Who waits for the compiler is told."""

from lapicque.analysis.compiling import _say, say_if_it_compiles


def test_who_waits_for_the_compiler_is_told_once_and_who_does_not_is_not(tmp_path, monkeypatch, caplog):
    """Before its machine code is kept, and not after."""
    (tmp_path / "kept_one.py").write_text(
        "from numba import njit\n\n\n@njit(cache=True)\ndef twice(x):\n    return 2 * x\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    from kept_one import twice

    _say.cache_clear()
    say = say_if_it_compiles.__wrapped__  # which is asked once a process
    say(twice, "numbers")
    assert "compiles its solver of numbers" in caplog.text
    caplog.clear()
    _say.cache_clear()
    assert twice(2) == 4
    say(twice, "numbers")
    assert caplog.text == ""
