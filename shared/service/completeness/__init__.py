"""Whether what should be there is there, and right: `validate` and `check`."""
