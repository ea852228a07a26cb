"""The recorder process: microphones, cameras, encrypted fragments."""
