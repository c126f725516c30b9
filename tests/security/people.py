"""Who lives in the world of the access tests, and the words by which each is recognised wherever they surface.

Names, addresses and texts are canaries: invented, and each stands in no other text of the service.
"""

from __future__ import annotations

from dataclasses import dataclass

from portfolio.organizations.models import Role


@dataclass(frozen=True)
class Kind:
    """A person of the world: names in both languages, the university's letter, roles."""

    th: tuple[str, str]
    en: tuple[str, str]
    at: str | None
    roles: tuple[Role, ...]
    number: int

    @property
    def email(self) -> str:
        """An address that names the person."""
        return f"{self.en[0]}.{self.en[1]}@people.example".lower()


PEOPLE: dict[str, Kind] = {
    "owner": Kind(("กัญญาวีร์", "ฉัตรลดาธาร"), ("Kanyawee", "Chatladathan"), "A", (Role.ACADEMIC,), 661001),
    "colleague": Kind(("ปุณณวิช", "เมฆาวรรณ"), ("Punnawit", "Mekhawan"), "A", (Role.ACADEMIC,), 661002),
    "stranger": Kind(("ธิติสรณ์", "ดอยหลวงคำ"), ("Thitisorn", "Doiluangkham"), "B", (Role.ACADEMIC,), 661003),
    "scholar": Kind(("วริษฐา", "ทรายทองแก้ว"), ("Waristha", "Saithongkaew"), "C", (Role.ACADEMIC, Role.REVIEWER), 771004),
    "invited": Kind(("ณัฐภูมินทร์", "ลำธารใส"), ("Natthaphumin", "Lamtharnsai"), "C", (Role.REVIEWER,), 771005),
    "accepted": Kind(("อัญชิษฐา", "พงไพรวัลย์"), ("Anchittha", "Phongphraiwan"), "C", (Role.REVIEWER,), 771006),
    "handed_in": Kind(("ศุภณัฏฐ์", "คลื่นสมุทร"), ("Supphanat", "Khluensamut"), "C", (Role.REVIEWER,), 771007),
    "declined": Kind(("ภัทรานิษฐ์", "หาดทรายงาม"), ("Phattranit", "Hatsaingam"), "C", (Role.REVIEWER,), 771008),
    "idle_reviewer": Kind(("จิรัฏฐ์", "ลมทะเลเย็น"), ("Jirattha", "Lomthaleyen"), "C", (Role.REVIEWER,), 771009),
    "officer": Kind(("เบญญาภา", "สำนักกลางดี"), ("Benyapha", "Samnakklang"), None, (Role.OFFICER,), 881010),
    "officer_applicant": Kind(
        ("รุจิรดา", "สองบทบาท"), ("Rujirada", "Songbotbat"), "B", (Role.ACADEMIC, Role.OFFICER), 661011
    ),
    "officer_reviewer": Kind(("กรวิชญ์", "เกาะแก่งหิน"), ("Korawit", "Kokaenghin"), "C", (Role.REVIEWER,), 771012),
    "hr": Kind(("สิริกาญจน์", "บุคคลากรเอ"), ("Sirikan", "Bukkhalakon"), "A", (Role.HR,), 991013),
    "hr_elsewhere": Kind(("ชนาธิป", "บุคคลากรบี"), ("Chanathip", "Bukkhonbi"), "B", (Role.HR,), 991014),
    "administrator": Kind(("ปวริศา", "ดูแลระบบดี"), ("Pawarisa", "Dulaerabop"), None, (Role.ADMINISTRATOR,), 991015),
    "newcomer": Kind(("อิงครัต", "เพิ่งมาถึง"), ("Ingkharat", "Phoengma"), None, (), 991016),
    "assistant": Kind(("พิมพ์นารา", "ช่วยงานวิชา"), ("Pimnara", "Chuaingan"), "A", (), 991017),
}
"""Assistant sits at owner's desk, who lets her edit.

Officer_reviewer became an officer after accepting a double-blind review: the walls hold all the same."""

VISITOR = "visitor"
PERSONAS = (*PEOPLE, VISITOR)

UNIVERSITIES = {
    "A": ("มหาวิทยาลัยธารารัตนภูมิ", "Thararattanaphum University", "คณะชลศาสตร์ชุมชนสัมพันธ์", "Faculty of Chonlasat"),
    "B": ("มหาวิทยาลัยภูผาหมอกหยก", "Phuphamok University", "คณะวนศาสตร์ภูผา", "Faculty of Wanasat Phupha"),
    "C": ("มหาวิทยาลัยทะเลจันทรา", "Thalechan University", "คณะสมุทรศึกษาจันทรา", "Faculty of Samutsueksa"),
}

FELLOW = ("ดวงกมลรัตน์ เพียรประเสริฐ", "Duangkamonrat Phianprasert")
"""The owner's co-worker and community partner, named in the works."""

CONCEALED_TITLE = "แฟ้มสายธารสีเงินยวง"
"""The title of the portfolio that is under review double-blind."""

MEASURER = "ปรางทิพย์ วัดแม่นยำยิ่ง"
"""Who measured an indicator of the owner's works again; named nowhere but there."""

ANOTHER_FELLOW = ("ชนิกานต์ ร่วมแรงแข็งขัน", "Chanikan Ruamraeng")
"""The same for the works of everybody else."""

FILE_NAME = "รายงานของกัญญาวีร์ kanyawee-minutes-2568.pdf"

MARKS = {name: f"ตราเฉพาะของ-{name}" for name in ("owner", "colleague", "stranger", "scholar", "officer_applicant")}
"""Stands in the title of everything that belongs to this academic."""

ASKER = "asks.partners@people.example"
"""An academic who is nobody else of this world, and whose partners hold links."""

REVIEWERS = ("scholar", "invited", "accepted", "handed_in", "declined", "officer_reviewer")

SIGN_SECRET = "sign-" + "s" * 38
"""Of the link by which the colleague's co-worker, whose address is that of hr, may sign."""

CONFIRM_SECRET, RESET_SECRET = "confirm-" + "c" * 30, "reset-" + "r" * 30


def said(reviewer: str, matter: str) -> str:
    """What a reviewer wrote, which the applicant reads once decided and no other reviewer ever."""
    return f"ถ้อยความวิจารณ์-{reviewer}-{matter}."


def confided(reviewer: str, matter: str) -> str:
    """What a reviewer wrote for the committee only."""
    return f"ความลับถึงกรรมการ-{reviewer}-{matter}."
