"""Functions of many points at once, where there is no machine code."""

import numpy as np

from lapicque.circuits.equations.derive import derive
from lapicque.circuits.numeric.numeric import compiled
from lapicque.netlists.reading.own import read

LATCH = """a latch whose conditions go through other sources, one of them constant
V1 a 0 SIN(0 1 1k)
V2 e 0 0.5
B1 s 0 V = v(a)>0.2 ? 1 : 0
B2 k 0 V = v(e)>0.2 ? 1 : 0
B3 q 0 V = v(s)>0.5 ? 1 : (v(k)>0.5 ? (v(c)>0.5 ? 1 : 0) : 0)
R1 q c 1k
C1 c 0 100n
"""


def test_conditions_of_some_points_and_of_all(tmp_path):
    """By hand: it is set, held, or let go, and c goes towards that at (target - c)/RC."""
    path = tmp_path / "latch.cir"
    path.write_text(LATCH)
    equations = derive(read(path))
    c, a, target = np.array([0.1, 0.1, 0.6, 0.9]), np.array([0.5, 0.0, 0.0, -0.5]), np.array([1.0, 0.0, 1.0, 1.0])
    rates = compiled(equations, list(equations.rhs))
    np.testing.assert_allclose(rates(c[None], np.array([a, [0.5] * 4]), np.zeros(0))[0], (target - c) / 1e-4, rtol=1e-9)
