"""The numerical model of a circuit's own equations: exact flow, stiff solver, crossings, closed forms."""
