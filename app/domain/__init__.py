"""What an interrogation is in law, with no input, output or clock of its own."""
