"""A stand-in for Cloud Tasks on the wire, for one machine and for tests."""
