import numpy as np
import pytest

from lapicque.circuits import LapicqueError
from lapicque.circuits.library import build
from lapicque.netlists import AC, Transient, load, save


@pytest.mark.parametrize("analysis", [Transient("2m"), AC("V1", 10, 1e4)], ids=["transient", "ac"])
def test_netcdf_round_trip(engine, tmp_path, analysis):
    result = engine.run(build("rc"), analysis)
    back = load(save(result, tmp_path / "rc.nc"))
    assert np.array_equal(back["out"].values, result["out"].values)
    assert back["out"].attrs == result["out"].attrs
    assert {k: v for k, v in back.attrs.items() if v == v} == {k: v for k, v in result.attrs.items() if v == v}


def test_files_that_cannot_be_written_or_read(engine, tmp_path):
    result = engine.run(build("rc"), Transient("1m"), "fast")
    with pytest.raises(LapicqueError, match="cannot write"):
        save(result, tmp_path / "nowhere" / "rc.nc")
    with pytest.raises(LapicqueError, match="cannot read"):
        load(tmp_path / "absent.nc")
    (tmp_path / "text.nc").write_text("no result")
    with pytest.raises(LapicqueError, match="cannot read"):
        load(tmp_path / "text.nc")
