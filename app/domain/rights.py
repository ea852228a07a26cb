"""The rights notice a person is shown, as frozen values; the law's version travels with the text.

- The wording is data (`resources/rights`), never code: a center replaces it without a release.
- A notice is shown page by page, in order; each page names the articles it rests on (L11, L12).
"""

from __future__ import annotations

import msgspec

from app.domain.people import Procedure


class RightsPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One screen of the notice."""

    title: str
    items: tuple[str, ...]
    basis: str  # the articles it rests on, as printed below the items


class RightsNotice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole notice of one procedure in one language."""

    procedure: Procedure
    language: str  # code, as in `RightsShown.language`
    language_name: str  # in that language itself
    title: str
    law: str
    version: str  # law version and the wording's own number
    acknowledgement: str  # what the person signs under
    pages: tuple[RightsPage, ...] = msgspec.field(name="page")

    def page(self, number: int) -> RightsPage:
        """Page `number`, counted from 1."""
        return self.pages[number - 1]

    def note(self, name: str, *, refused: bool, reason: str) -> str:
        """The sentence of the transcript that says how the notice was given (L11)."""
        pages = len(self.pages)
        if self.language == "en":
            end = f"refused to acknowledge it: {reason}" if refused else "acknowledged it by hand"
            return f"{name} was shown the {self.title} ({pages} pages; {self.law}) and {end}."
        end = f"拒绝签名确认，原因：{reason}" if refused else "已亲笔签名确认"
        return f"已向{name}逐页出示《{self.title}》（共{pages}页，依据{self.law}），{name}{end}。"
