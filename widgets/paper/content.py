"""What stands on each page of a paper, item by item: the one source of drawing and digest.

- Nothing is drawn that is not an item here, so a page's digest covers everything a reader sees.
- Coordinates are points from the page's upper left, y downwards, to a hundredth.
"""

from __future__ import annotations

import msgspec

from app.domain.corrections import RunStyle
from app.domain.signers import SignatureField
from signing.digest import canonical, digest_of

PAGE_WIDTH = 595.28  # A4
PAGE_HEIGHT = 841.89


class Text(msgspec.Struct, frozen=True, kw_only=True, tag="text"):
    """Words on one baseline in one style."""

    x: float
    y: float  # baseline
    text: str
    size: float
    bold: bool = False
    faint: bool = False
    style: RunStyle = RunStyle.PLAIN


class Rule(msgspec.Struct, frozen=True, kw_only=True, tag="rule"):
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.5
    faint: bool = False


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag="frame"):
    """The outline of a place to sign."""

    x: float
    y: float
    width: float
    height: float
    dashed: bool = False


Item = Text | Rule | Frame


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page as it will be drawn."""

    items: tuple[Item, ...]
    fields: tuple[SignatureField, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form of everything on the page."""
        return digest_of(canonical(msgspec.to_builtins(self)))


class DrawnPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A laid-out transcript: the PDF, and what its pages say."""

    pdf: bytes
    content: tuple[Page, ...]

    @property
    def pages(self) -> int:
        """Number of pages."""
        return len(self.content)

    @property
    def fields(self) -> tuple[SignatureField, ...]:
        """All places to sign, page by page; a spare has no signer."""
        return tuple(field for page in self.content for field in page.fields)

    @property
    def page_digests(self) -> tuple[str, ...]:
        """One for each page; equal digests mean equal pages."""
        return tuple(page.digest for page in self.content)


def moved(item: Item, dy: float) -> Item:
    """The item further down the page."""
    if isinstance(item, Rule):
        return msgspec.structs.replace(item, y0=rounded(item.y0 + dy), y1=rounded(item.y1 + dy))
    return msgspec.structs.replace(item, y=rounded(item.y + dy))


def rounded(value: float) -> float:
    """A coordinate to a hundredth of a point."""
    return round(value, 2)
