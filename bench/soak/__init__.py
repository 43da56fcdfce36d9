"""What `make soak` does: the whole path under faults and kills against an independent model, and how fresh it is."""
