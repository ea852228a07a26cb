"""The person's window."""
