"""A sound card's two channels through PortAudio, watched so that a lost one is not hidden.

- The callback only queues: it may never wait.
- When a source vanishes, a sound server silently gives the stream another one, and the wrong
  device would be recorded with no error at all. So the server is asked after every change which
  source each of our streams hangs on; another one than was chosen is `device_moved`.
- PortAudio never looks for devices again by itself, so it is started anew before an opening; but
  not while another card of ours delivers, because that would cut it off.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from app.errors import DeviceProblem
from app.recorder.capture import SoundBlock

RATE = 48_000
LATENCY_S = 0.1  # asked for
CARD_LATENCY_S = 0.03  # between the air and the callback, at least
BLOCK = 960  # 20 ms
WATCH_S = 0.5
CARD_PROPERTY = "shilu.card"  # by which a stream of ours is known at the sound server
_opening = threading.Lock()  # the environment and PortAudio are the process's
_open_cards: dict[str, str] = {}  # mark of each card that is open, and its source
_log = logging.getLogger(__name__)


class SoundCard:
    """A microphone behind a sound server ("pulse"), PortAudio ("device") or the default one."""

    simulated = False

    def __init__(self, kind: str, name: str, *, channels: int = 2) -> None:
        """Name a card; it is not opened yet.

        Args:
            kind: "pulse", "device" or "default".
            name: of its source.
            channels: 2, or 1 for a card that hears one role; its sound comes in both columns.
        """
        self._kind = kind
        self._name = name
        self._channels = channels
        self._mark = uuid.uuid4().hex
        self._stream: Any = None
        self._watch: ServerWatch | None = None
        self._told = threading.Event()
        self._on_trouble: Callable[[str], None] = _ignore
        self.description = name or "default"

    def open(
        self, on_block: Callable[[SoundBlock], None], on_trouble: Callable[[str], None]
    ) -> None:
        """See `Microphone`."""
        self._told.clear()
        self._on_trouble = on_trouble
        source = self._server_source()
        self.description = source or self.description
        with _opening, _chosen_by_environment(source, self._mark):
            self._open_stream(on_block, source)
        if source:
            self._watch = ServerWatch(source, self._mark, self._tell)
            self._watch.start()

    def _open_stream(self, on_block: Callable[[SoundBlock], None], source: str) -> None:
        import sounddevice

        if not _open_cards:
            # The only way to make PortAudio see what was plugged in or restarted since.
            sounddevice._terminate()  # noqa: SLF001
            sounddevice._initialize()  # noqa: SLF001
        try:
            self._stream = sounddevice.RawInputStream(
                samplerate=RATE,
                channels=self._channels,
                dtype="int16",
                blocksize=BLOCK,
                latency=LATENCY_S,
                device=self._portaudio_device(bool(source)),
                callback=_queueing(on_block, int(CARD_LATENCY_S * 1e9), self._channels),
                finished_callback=self._on_finished,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            self._close_stream()
            raise DeviceProblem("device_refused", device=self.description) from error
        _open_cards[self._mark] = source

    def close(self) -> None:
        """See `Microphone`."""
        self._told.set()  # our own closing is no trouble
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        with _opening:
            self._close_stream()
            _open_cards.pop(self._mark, None)

    def _close_stream(self) -> None:
        import sounddevice

        stream, self._stream = self._stream, None
        if stream is not None:
            try:
                stream.abort(ignore_errors=True)
                stream.close(ignore_errors=True)
            except sounddevice.PortAudioError as error:
                _log.warning("microphone did not close: %s", error)

    def _server_source(self) -> str:
        """The sound server's name of the chosen source; "" when there is no server or need."""
        if self._kind == "device":
            return ""
        names, default = list_sources()
        if self._kind == "default":
            return default
        if self._name not in names:
            raise DeviceProblem("device_not_found", device=self._name)
        return self._name

    def _portaudio_device(self, on_server: bool) -> str | None:
        if on_server:
            return "pulse"
        return self._name if self._kind == "device" else None

    def _on_finished(self) -> None:
        self._tell("device_lost")

    def _tell(self, code: str) -> None:
        if not self._told.is_set():
            self._told.set()
            self._on_trouble(code)


def _ignore(code: str) -> None:
    """Nobody listens yet."""


@contextmanager
def _chosen_by_environment(source: str, mark: str) -> Iterator[None]:
    """Lead the sound server's library to a source; PortAudio has no way of its own to say it."""
    wanted = {"PULSE_SOURCE": source, f"PULSE_PROP_{CARD_PROPERTY}": mark} if source else {}
    former = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _queueing(
    on_block: Callable[[SoundBlock], None], latency_ns: int, channels: int
) -> Callable[..., None]:
    def callback(data: Any, count: int, moment: Any, flags: Any) -> None:  # noqa: ARG001
        # Not the host's own time of the block: behind a sound server it was found up to 0.6 s
        # wrong in the first two seconds, and right after that by no more than this is.
        at_ns = time.monotonic_ns() - latency_ns - count * 1_000_000_000 // RATE
        if flags:
            _log.warning("microphone: %s", flags)
        samples = np.frombuffer(bytes(data), np.int16).reshape(-1, channels)
        on_block(SoundBlock(samples if channels == 2 else samples.repeat(2, axis=1), at_ns))

    return callback


def load() -> None:
    """Load what sound cards need, which takes a moment.

    Raises:
        OSError: there is no PortAudio.
    """
    import pulsectl  # noqa: F401
    import sounddevice  # noqa: F401


def list_sources() -> tuple[list[str], str]:
    """Names of the sound server's sources, and of the default one; nothing when none runs."""
    import pulsectl

    try:
        with pulsectl.Pulse("shilu-look") as server:
            names = [source.name for source in server.source_list()]
            default = server.server_info().default_source_name
    except pulsectl.PulseError:
        return [], ""
    return names, default


class ServerWatch:
    """Asks the sound server which source a stream of ours hangs on."""

    def __init__(self, source: str, mark: str, on_trouble: Callable[[str], None]) -> None:
        self._source = source
        self._mark = mark
        self._on_trouble = on_trouble
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sound-server-watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End within a second."""
        self._stop.set()
        if self._thread is not threading.current_thread():
            self._thread.join(2.0)

    def _run(self) -> None:
        import pulsectl

        try:
            with pulsectl.Pulse("shilu-watch") as server:
                server.event_mask_set("source", "source_output", "server")
                server.event_callback_set(_stop_listening)
                while not self._stop.is_set():
                    if self._has_moved(server):
                        self._on_trouble("device_moved")
                        return
                    server.event_listen(timeout=WATCH_S)
        except pulsectl.PulseError as error:
            _log.info("sound server watch ended: %s", type(error).__name__)
            if not self._stop.is_set():
                self._on_trouble("device_lost")

    def _has_moved(self, server: Any) -> bool:
        sources = {source.index: source.name for source in server.source_list()}
        own = str(os.getpid())
        for output in server.source_output_list():
            if output.proplist.get("application.process.id") != own:
                continue
            mark = output.proplist.get(CARD_PROPERTY)
            name = sources.get(output.source)
            if mark == self._mark and name != self._source:
                return True
            if mark is None and name not in {self._source, *_open_cards.values()}:
                return True  # this server does not tell our streams apart
        return False


def _stop_listening(event: object) -> None:  # noqa: ARG001 - which event is no matter
    import pulsectl

    raise pulsectl.PulseLoopStop
