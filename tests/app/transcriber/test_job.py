"""One take being heard, with an engine of the test's own that breaks."""

import queue
import threading
import uuid
from contextlib import suppress

from app.ipc import messages as ms
from app.paths import RESOURCES
from app.recorder.fragment import TakeName
from app.transcriber.job import Engines, Job
from speech import models
from speech.engine import Answer
from speech.problem import ModelProblem
from tests.fakes import demo_sound
from tests.fakes.takes import WrittenTake

LIMIT_S = 60.0
RECORD = "r-20261122-0009"
KEY = bytes(32)
STEP = demo_sound.RATE // 2
MODEL = models.inspect(RESOURCES / "models" / "demo")


class Breaking:
    """Guesses, and breaks over every line."""

    model, digest, device = "demo", MODEL.facts.digest, "cpu"

    def hear(self, _sound, ask):
        if ask.words:
            raise ModelProblem("engine_failed", why="broke")
        return Answer("我们是")


class BreakingEngines(Engines):
    def get(self, _command):
        return Breaking(), MODEL


def test_a_guess_goes_with_the_engine_that_made_it(tmp_path):
    told = queue.SimpleQueue()
    take = WrittenTake(tmp_path, TakeName(RECORD, "sound", 1), KEY, picture=True)
    command = ms.StartHearing(
        id=uuid.uuid4().hex,
        record_id=RECORD,
        record_folder=str(tmp_path),
        media_folders=(str(tmp_path),),
        take=1,
        stream="sound",
        offset_ms=0,
        model_folder=str(MODEL.folder),
    )
    job = Job(command, BreakingEngines(), lambda _folder: KEY, told.put)
    thread = threading.Thread(target=job.run)
    sound, _ = demo_sound.scene(demo_sound.turns()[:1])
    thread.start()
    guess, place = None, 0
    while guess is None:  # guesses are for who keeps up: the sound comes as it is followed
        assert place < sound.shape[1]
        take.add(sound[:, place : place + STEP])
        place += STEP
        with suppress(queue.Empty):
            guess = told.get(timeout=0.5)
    take.add(sound[:, place:])
    take.close()
    job.finish(-1)
    thread.join(LIMIT_S)
    assert not thread.is_alive()
    assert job.code == "engine_failed"
    last = guess
    while not told.empty():
        last = told.get()
    assert (guess.channel, guess.text) == (0, "我们是")
    assert (last.channel, last.text) == (0, "")
