"""`shilu demo`: a scripted interrogation from an empty form to a record that stock tools accept.

- Nothing is simulated but the devices, and those are labelled: the sound, the picture, the
  transcript, the marks, the signatures, the center and the checks are the real parts.
- It drives the same session and the same windows as a person does.
"""
