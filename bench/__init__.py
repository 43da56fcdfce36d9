"""Benches: what this system costs in CPU, calls and commits."""
