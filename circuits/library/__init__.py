"""The library of circuits, one file each."""

from .brought import circuit_of, entry_of
from .entry import Entry, Prediction
from .ladder import ladder
from .leaky_integrator import leaky_integrator
from .lif_comparator import lif_comparator
from .lif_latch import lif_latch
from .lif_switch import lif_switch
from .pre_post import pre_post, pre_post_real, several_pre, several_pre_real
from .rc import rc_high_pass, rc_low_pass
from .registry import ALIASES, LIBRARY, build, builder, entry, target_of
from .rlc import rlc
from .target import Target
from .tree import Branch, tree

__all__ = [
    "ALIASES", "LIBRARY", "Branch", "Entry", "Prediction", "Target", "build", "builder", "circuit_of", "entry",
    "entry_of", "ladder", "leaky_integrator", "lif_comparator", "lif_latch", "lif_switch", "pre_post", "pre_post_real",
    "rc_high_pass", "rc_low_pass", "rlc", "several_pre", "several_pre_real", "target_of", "tree",
]  # fmt: skip
