"""What a run of a circuit must respect: its time scales, its start, its length, its ties."""
