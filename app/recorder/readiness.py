"""When a take may begin: at first when all devices deliver, going on as soon as one does.

- A take that goes on after a loss waits for nothing it can do without: sound before pictures, and
  each camera joins when its first picture is there. What is missing until then is a stated gap.
- A camera whose pictures are copied is waited for: its film cannot begin without one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from app.recorder.sound_source import SoundSource
from app.recorder.stream import Stream

SOUND_PATIENCE_S = 0.5  # for the microphone, when a camera is there already
POLL_S = 0.02


def wait_for_all(sound: SoundSource, streams: Sequence[Stream], deadline: float) -> None:
    """Until every device delivers.

    Raises:
        DeviceProblem: which one does not.
    """
    for stream in streams:
        stream.wait_until_ready(deadline)
    sound.wait_until_settled(deadline)


def wait_for_any(sound: SoundSource, streams: Sequence[Stream], deadline: float) -> None:
    """Until the microphone delivers, or else a camera.

    Raises:
        DeviceProblem: why none of them does, or not one that has to.
    """
    for stream in streams:
        if not stream.joins_late:
            stream.wait_until_ready(deadline)
    patient_until = time.monotonic() + SOUND_PATIENCE_S
    while not sound.is_settled:
        is_waited_for = not sound.code and time.monotonic() < patient_until
        if not is_waited_for and any(stream.is_ready for stream in streams):
            return
        if time.monotonic() > deadline:
            sound.wait_until_settled(deadline)
        time.sleep(POLL_S)
