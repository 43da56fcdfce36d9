"""What the functions and the command line have in common; imports nothing from either."""
