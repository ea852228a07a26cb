"""What every test stands on: no screen, no network model hub, no one's own settings."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.pop("SHILU_LANGUAGE", None)
