"""What the desk, the recorder and the transcriber say to each other: frozen, typed, JSON.

- A command carries an id; repeating it with the same id changes nothing and answers the same.
- A problem crosses as code and details, never as a sentence.
- Media never crosses; a preview picture may, and may be dropped.
- Keys never cross: each process opens the key store itself.
"""

from __future__ import annotations

import msgspec

from signing.problem import Detail


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of all messages."""


class Hello(Message, frozen=True, tag="hello"):
    """First message of every connection: the room's token, and where to go on."""

    token: str
    client: str
    subscribe: bool = False  # wants notices pushed


class Accepted(Message, frozen=True, tag="accepted"):
    """The command with this id was done (now or when it first came)."""

    id: str


class Declined(Message, frozen=True, tag="declined"):
    """The command with this id was not done; nothing changed."""

    id: str
    family: str
    code: str
    details: dict[str, Detail] = {}


# --- recorder -----------------------------------------------------------------


class MicrophoneChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Where the two channels come from; channel 0 is the investigator, 1 the suspect.

    `source`: "pulse:<source name>", "device:<PortAudio name>", "simulated:<folder>" or "default".
    With a `second_source` each of the two hears one role: the first 0, the second 1.
    """

    source: str
    second_source: str = ""
    swap_channels: bool = False


class CameraChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Where a picture comes from.

    `source`: "rtsp://...", "v4l2:/dev/video0", "dshow:<name>", "file:<path>" or "test:".
    """

    name: str  # generated ASCII stream name: "camera-1"
    source: str
    width: int = 1280
    height: int = 720
    frame_rate: int = 25
    copy: bool = False  # its own coded pictures as they come, without an overlay; "rtsp" only


class StartTake(Message, frozen=True, tag="start_take"):
    """Begin (or go on with) recording this record; the folders get `<record_id>/media`."""

    id: str
    record_id: str
    room: str
    take: int
    record_folder: str  # where keys.json and the recorder's log live
    media_folders: tuple[str, ...]  # two independent folders; one is refused in production
    microphone: MicrophoneChoice
    cameras: tuple[CameraChoice, ...]
    overlay_label: str  # room and record id as burnt in
    offset_ms: int = 0  # of this take from recording start
    production: bool = True
    climate_sensor: str = ""  # as in `app.recorder.climate.open_climate_sensor`; "" when none


class StandBy(Message, frozen=True, tag="stand_by"):
    """Hold the last seconds of this take's devices in memory alone, until it is begun or not.

    Announced by whoever asks; `StartTake` of the same take makes all of it the take's beginning.
    """

    id: str
    take: StartTake
    pre_roll_s: int


class StandDown(Message, frozen=True, tag="stand_down"):
    """Forget what is held and let go of the devices; nothing is left of it."""

    id: str


class StopTake(Message, frozen=True, tag="stop_take"):
    """End recording; names the record, so that no other room's stop can end it."""

    id: str
    record_id: str
    reason: str = "stopped"


class AskState(Message, frozen=True, tag="ask_state"):
    """Ask for one `RecorderState` or `TranscriberState` now."""

    id: str


class Shutdown(Message, frozen=True, tag="shutdown"):
    """Leave; refused while a take is running."""

    id: str


class FolderState(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two media folders."""

    path: str
    healthy: bool
    free_bytes: int
    hours_left: float
    code: str = ""  # problem code when not healthy


class StreamState(msgspec.Struct, frozen=True, kw_only=True):
    """One media stream of the running take."""

    name: str
    healthy: bool
    fragments: int
    head: str
    written_ms: int  # media time safely on disk
    code: str = ""


class RecorderState(Message, frozen=True, tag="recorder_state"):
    """Heartbeat, once a second, and the answer to `AskState`."""

    pid: int
    record_id: str  # "" when idle
    take: int
    elapsed_ms: int  # from recording start, so it includes the take's offset
    levels_dbfs: tuple[float, float]
    folders: tuple[FolderState, ...]
    streams: tuple[StreamState, ...]
    microphone: str
    gaps: int
    started_utc: str = ""
    log_lines: int = 0
    stands_by_for: str = ""  # the record whose pre-roll is held, before it begins
    pre_roll_ms: int = 0  # how much of it is held now


class TakeOpened(Message, frozen=True, tag="take_opened"):
    """The first sample and the first picture are on disk."""

    record_id: str
    take: int
    streams: tuple[str, ...]
    started_utc: str
    microphone: str
    cameras: tuple[str, ...]
    offset_ms: int
    pre_roll_ms: int = 0  # of its beginning, held before the interrogation was begun


class TakeClosed(Message, frozen=True, tag="take_closed"):
    """The take ended and its files are synced."""

    record_id: str
    take: int
    reason: str
    duration_ms: int
    heads: dict[str, str]


class FragmentKept(Message, frozen=True, tag="fragment_kept"):
    """A fragment is on disk in every healthy folder."""

    record_id: str
    take: int
    stream: str
    index: int
    head: str
    t0_ms: int  # from recording start
    t1_ms: int


class GapNoticed(Message, frozen=True, tag="gap_noticed"):
    """Media missing between two moments of the recording."""

    record_id: str
    take: int
    stream: str
    t0_ms: int
    t1_ms: int
    reason: str


class TroubleNoticed(Message, frozen=True, tag="trouble_noticed"):
    """A device or folder began (or ceased) to fail."""

    record_id: str
    code: str
    subject: str
    over: bool = False


class Preview(Message, frozen=True, tag="preview"):
    """A small picture for the desk; may be dropped."""

    stream: str
    jpeg: bytes  # base64 on the wire
    at_ms: int


class Levels(Message, frozen=True, tag="levels"):
    """Peak level of the last 100 ms of both channels and its min/max waveform; may be dropped."""

    at_ms: int
    dbfs: tuple[float, float]
    waveform: tuple[tuple[int, int], ...]  # (min, max) of each channel, 16 bit


# --- transcriber --------------------------------------------------------------


class StartHearing(Message, frozen=True, tag="start_hearing"):
    """Follow this record's sound from `from_ms` of each channel on."""

    id: str
    record_id: str
    record_folder: str
    media_folders: tuple[str, ...]
    take: int
    stream: str  # the stream that carries sound
    offset_ms: int
    model_folder: str
    model_digest: str = ""  # refused when the folder's digest differs
    language: str = "zh"
    vocabulary: tuple[str, ...] = ()
    from_ms: tuple[int, int] = (0, 0)
    beams: int = 1  # 5 for the second hearing, where time does not matter


class FinishHearing(Message, frozen=True, tag="finish_hearing"):
    """Hear all that was said before `until_ms`, then say `HearingFinished` and stop following.

    The take may go on: read-back and signing are recorded, but are not transcript.
    """

    id: str
    record_id: str
    until_ms: int = -1  # from recording start; -1: to the end of the (closed) take


class HeardWord(msgspec.Struct, frozen=True, array_like=True):
    """One recognised piece with its place in the recording."""

    text: str
    t0_ms: int
    t1_ms: int
    probability: float


class LineHeard(Message, frozen=True, tag="line_heard"):
    """A final line; times count from recording start."""

    record_id: str
    channel: int
    t0_ms: int
    t1_ms: int
    text: str
    raw_text: str
    words: tuple[HeardWord, ...]
    average_log_probability: float
    no_speech_probability: float
    model: str
    model_digest: str
    language: str
    flags: tuple[str, ...] = ()


class PartialHeard(Message, frozen=True, tag="partial_heard"):
    """A running guess of an open utterance; shown grey, never kept."""

    record_id: str
    channel: int
    t0_ms: int
    text: str


class TranscriberState(Message, frozen=True, tag="transcriber_state"):
    """Heartbeat, once a second, and the answer to `AskState`."""

    pid: int
    record_id: str
    model: str
    model_digest: str
    device: str
    heard_ms: tuple[int, int]  # how far each channel was followed
    backlog_ms: int  # sound on disk not yet heard
    waiting: int  # utterances in the queue
    code: str = ""  # problem code when the model cannot work


class HearingFinished(Message, frozen=True, tag="hearing_finished"):
    """Nothing is left to hear of this take, or `code` says why the rest cannot be heard now."""

    record_id: str
    take: int
    code: str = ""


AnyMessage = (
    Hello
    | Accepted
    | Declined
    | StartTake
    | StandBy
    | StandDown
    | StopTake
    | AskState
    | Shutdown
    | RecorderState
    | TakeOpened
    | TakeClosed
    | FragmentKept
    | GapNoticed
    | TroubleNoticed
    | Preview
    | Levels
    | StartHearing
    | FinishHearing
    | LineHeard
    | PartialHeard
    | TranscriberState
    | HearingFinished
)
