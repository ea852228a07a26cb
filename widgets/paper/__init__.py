"""The transcript on paper: laid out once by Qt, shown, printed and signed as it is."""
