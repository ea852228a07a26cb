"""How the desk, the recorder and the transcriber talk on one machine."""
