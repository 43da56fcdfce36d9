"""A strict, write-capable stand-in of Google's Admin SDK Directory API v1, with quotas, lag and faults."""
