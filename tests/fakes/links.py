"""A recorder and a transcriber under the test's own hand: no process, no device, real messages."""

from __future__ import annotations

from collections.abc import Callable

from app.errors import Problem
from app.ipc import messages as ms

Notice = Callable[[ms.AnyMessage], None]


class FakeRecorder:
    """Fits `RecorderLink`; the test lets it open, report, die and come back."""

    def __init__(self) -> None:
        self.started: list[ms.StartTake] = []
        self.stopped: list[str] = []
        self.record_id = ""
        self.elapsed_ms = 0
        self.alive = True
        self.opens = True
        self.stands_by: tuple[ms.StartTake, int] | None = None
        self.refuses: Problem | None = None
        self._notice: Notice | None = None
        self._lost: Callable[[], None] | None = None

    def ensure_running(self) -> object:
        self.alive = True
        return self

    def connect(self, on_notice: Notice, on_lost: Callable[[], None] | None = None) -> None:
        self._notice = on_notice
        self._lost = on_lost

    def start_take(self, command: ms.StartTake) -> None:
        self.started.append(command)
        self.record_id = command.record_id
        self.elapsed_ms = command.offset_ms
        if self.opens:
            self.say(
                ms.TakeOpened(
                    record_id=command.record_id,
                    take=command.take,
                    streams=("camera-1",),
                    started_utc="2026-11-22T03:00:00.000Z",
                    microphone="fake",
                    cameras=("fake",),
                    offset_ms=command.offset_ms,
                    pre_roll_ms=2_000 if self.stands_by else 0,
                )
            )

    def stand_by(self, take: ms.StartTake, pre_roll_s: int) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.stands_by = (take, pre_roll_s)

    def stand_down(self) -> None:
        self.stands_by = None

    def stop_take(self, record_id: str, reason: str = "stopped") -> None:
        self.stopped.append(record_id)
        self.record_id = ""
        self.say(
            ms.TakeClosed(
                record_id=record_id,
                take=len(self.started),
                reason=reason,
                duration_ms=5_000,
                heads={"camera-1": "ab" * 32},
            )
        )

    def state(self) -> ms.RecorderState:
        return ms.RecorderState(
            pid=1,
            record_id=self.record_id,
            take=len(self.started),
            elapsed_ms=self.elapsed_ms,
            levels_dbfs=(-20.0, -30.0),
            folders=(),
            streams=(),
            microphone="fake",
            gaps=0,
        )

    def close(self) -> None:
        self._notice = None

    def say(self, message: ms.AnyMessage) -> None:
        """Push a notice, as the reader thread of the real client does."""
        if self._notice is not None:
            self._notice(message)

    def die(self) -> None:
        """The process ends and its connection with it; a new one knows nothing of the take."""
        self.record_id = ""
        if self._lost is not None:
            self._lost()

    def keep_fragment(self, index: int, t1_ms: int) -> None:
        """Report a fragment of the running take."""
        self.say(
            ms.FragmentKept(
                record_id=self.record_id,
                take=len(self.started),
                stream="camera-1",
                index=index,
                head=f"{index:064x}",
                t0_ms=t1_ms - 1000,
                t1_ms=t1_ms,
            )
        )


class FakeTranscriber:
    """Fits `TranscriberLink`; the test says what is heard."""

    def __init__(self) -> None:
        self.started: list[ms.StartHearing] = []
        self.finished: list[int] = []
        self._notice: Notice | None = None

    def ensure_running(self) -> object:
        return self

    def connect(self, on_notice: Notice) -> None:
        self._notice = on_notice

    def start_hearing(self, command: ms.StartHearing) -> None:
        self.started.append(command)
        self.say(
            ms.TranscriberState(
                pid=2,
                record_id=command.record_id,
                model="demo",
                model_digest="d" * 64,
                device="cpu",
                heard_ms=(0, 0),
                backlog_ms=0,
                waiting=0,
            )
        )

    def finish_hearing(self, record_id: str, until_ms: int = -1) -> None:
        self.finished.append(until_ms)
        self.say(ms.HearingFinished(record_id=record_id, take=len(self.started)))

    def close(self) -> None:
        self._notice = None

    def say(self, message: ms.AnyMessage) -> None:
        """Push a notice."""
        if self._notice is not None:
            self._notice(message)

    def hear(self, record_id: str, channel: int, t0_ms: int, text: str) -> None:
        """Report one final line."""
        self.say(
            ms.LineHeard(
                record_id=record_id,
                channel=channel,
                t0_ms=t0_ms,
                t1_ms=t0_ms + 800,
                text=text,
                raw_text=text,
                words=(ms.HeardWord(text, t0_ms, t0_ms + 800, 0.9),),
                average_log_probability=-0.3,
                no_speech_probability=0.1,
                model="demo",
                model_digest="d" * 64,
                language="zh",
            )
        )


class FakeLinks:
    """Fits `app.session.links.Links`."""

    def __init__(self) -> None:
        self.fake_recorder = FakeRecorder()
        self.fake_transcriber = FakeTranscriber()

    def recorder(self) -> FakeRecorder:
        return self.fake_recorder

    def transcriber(self) -> FakeTranscriber:
        return self.fake_transcriber
