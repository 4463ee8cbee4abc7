"""Arrays that compiled code need not count; importing this loads numba.

Numba counts who has an array each time that one is taken out of a tuple, by an atomic addition: in loops whose data are
tuples of arrays that is half of the time. What is lent is not counted; who calls has it for as long as the call lasts.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _lent(_: Any, value: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _without_owner(context, builder, signature.args[0], arguments[0])

    return value(value), code


def _without_owner(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        array.parent = cgutils.get_null_value(array.parent.type)
        return array._getvalue()
    if isinstance(kind, (types.NamedTuple, types.NamedUniTuple)):
        for k, part in enumerate(kind.types):
            value = builder.insert_value(
                value, _without_owner(context, builder, part, builder.extract_value(value, k)), k
            )
    return value


lent: Any = intrinsic(_lent)
"""The same arrays, also in named tuples and these in others, without an owner; for compiled functions."""
