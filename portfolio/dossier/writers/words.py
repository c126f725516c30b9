"""The writers' own words in the document's language, which need not be the reader's."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio.dossier.document import Language, Meta, digits


@dataclass(frozen=True, slots=True)
class Words:
    """What writers add to a tree. `page_of` has {page} and {total}."""

    contents: str
    page: str
    page_of: str
    number: str
    date: str
    sign: str
    printed_name: str
    fictional: str
    confidential: str
    verify: str
    digest: str
    exhibit: str
    exhibits: str
    exhibit_page: str
    subject: str
    level: str
    back: str
    certified: str


_WORDS: dict[Language, Words] = {
    "th": Words(
        contents="สารบัญ",
        page="หน้า",
        page_of="หน้า {page} จาก {total}",
        number="เลขที่เอกสาร",
        date="วันที่",
        sign="ลงชื่อ",
        printed_name="ชื่อตัวบรรจง",
        fictional="ข้อมูลสมมติ",
        confidential="ลับ",
        verify="ตรวจสอบเอกสารได้ที่",
        digest="ค่าตรวจสอบข้อมูลต้นทาง (SHA-256)",
        exhibit="หลักฐานลำดับที่ {number}",
        exhibits="หลักฐาน",
        exhibit_page="หลักฐานลำดับที่ {number} · หน้า {page} จาก {total}",
        subject="ผลงานเรื่อง",
        level="ระดับคุณภาพ",
        back="กลับไปยังเนื้อหา",
        certified="ขอรับรองว่า",
    ),
    "en": Words(
        contents="Contents",
        page="Page",
        page_of="Page {page} of {total}",
        number="Document number",
        date="Date",
        sign="Signed",
        printed_name="Printed name",
        fictional="Fictional data",
        confidential="Confidential",
        verify="Verify this document at",
        digest="Digest of the inputs (SHA-256)",
        exhibit="Exhibit {number}",
        exhibits="Exhibits",
        exhibit_page="Exhibit {number} · page {page} of {total}",
        subject="Work",
        level="Quality level",
        back="Back to the text",
        certified="It is certified that",
    ),
}


def words(language: Language) -> Words:
    """The words of a language."""
    return _WORDS[language]


def heading_text(meta: Meta, number: str, title: str) -> str:
    """A section's number and title as one line."""
    return f"{digits(number, meta.thai_digits)} {title}".strip()
