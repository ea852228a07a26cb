"""The real demonstration model, loaded once."""

import pytest

from app.paths import RESOURCES
from speech import models
from speech.whisper import WhisperEngine, load

DEMO_MODEL = RESOURCES / "models" / "demo"


@pytest.fixture(scope="session")
def engine() -> WhisperEngine:
    return load(models.inspect(DEMO_MODEL), "cpu")
