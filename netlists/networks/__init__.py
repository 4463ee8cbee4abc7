"""Networks in ngspice: cut into parts, planned, run."""
