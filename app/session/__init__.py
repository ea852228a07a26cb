"""The use cases of one room: what the desk asks for and what the processes report."""
