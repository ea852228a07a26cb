"""Records as a court has them: checked by stock tools on a machine without our program."""
