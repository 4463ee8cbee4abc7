"""Networks: the exact event-driven model, held against ngspice."""
