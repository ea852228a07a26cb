"""The press of the desk: lays transcripts out and draws marks, as the session asks for it."""

from __future__ import annotations

from datetime import datetime

from app.domain.paper import TranscriptPaper
from app.domain.signers import SignatureField, Signer
from signing.marks import Fingerprint, Ink
from widgets.paper.appearance import Appearance, to_pdf
from widgets.paper.content import DrawnPaper
from widgets.paper.layout import lay_out


class QtPress:
    """Fits `app.session.paperwork.Press`. A QGuiApplication must exist."""

    def lay_out(self, model: TranscriptPaper) -> DrawnPaper:
        """The pages of a transcript."""
        return lay_out(model)

    def draw_mark(
        self,
        field: SignatureField,
        signer: Signer,
        ink: Ink,
        fingerprint: Fingerprint | None,
        moment: datetime,
    ) -> bytes:
        """What a signed field looks like: a one-page PDF of the field's size."""
        x0, y0, x1, y1 = field.box
        return to_pdf(
            Appearance(
                width=x1 - x0,
                height=y1 - y0,
                name=signer.name,
                moment=moment.astimezone(),
                ink=ink,
                fingerprint=fingerprint,
            )
        )
