"""A fingerprint as WSQ, the form that police systems exchange: a copy, never the original.

- The lossless PNG is the mark; this copy loses detail by design (about a twelfth of the size).
- WSQ is defined for 500 dpi: a print of another resolution gets no copy rather than a wrong one.
- A print that cannot be packed has none either; a copy holds up no seal.

Source: FBI IAFIS-IC-0110 (WSQ gray-scale fingerprint compression), by NIST's own coder.
"""

from __future__ import annotations

import contextlib
import io

from signing.marks import Fingerprint

DPI = 500
LEAST_SIDE = 128  # pixels; the coder's own buffers are too short for less


def to_wsq(fingerprint: Fingerprint) -> bytes | None:
    """The print as a WSQ file; None where it can have none."""
    if fingerprint.dpi != DPI or min(fingerprint.width, fingerprint.height) < LEAST_SIDE:
        return None
    import wsq
    from PIL import Image

    assert wsq.__name__  # importing it teaches Pillow the format
    image = Image.frombytes("L", (fingerprint.width, fingerprint.height), fingerprint.gray)
    out = io.BytesIO()
    with contextlib.suppress(Exception):  # the coder raises nothing narrower
        image.save(out, "WSQ")
        return out.getvalue()
    return None
