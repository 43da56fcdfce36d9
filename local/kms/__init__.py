"""A stand-in for Cloud KMS MAC signing on the wire."""
