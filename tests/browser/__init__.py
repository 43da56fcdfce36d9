"""What operators see, in a real browser."""
