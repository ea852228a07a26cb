"""The pages of the desk, one module each; shown by name."""
