"""Open process design kits: transistors of real processes as devices that only ngspice knows."""
