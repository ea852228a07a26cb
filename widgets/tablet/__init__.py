"""The window of the person who is questioned."""
