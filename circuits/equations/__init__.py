"""From elements to differential equations by Kirchhoff's laws, every step kept."""
