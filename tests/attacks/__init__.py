"""Every attack and fault that a record must withstand, with the problem that must name it."""
