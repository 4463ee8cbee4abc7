"""Running ngspice: warm workers, proof of success, results."""
