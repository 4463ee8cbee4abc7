"""What follows from the equations in closed form: responses, transfer functions, firing cycles."""
