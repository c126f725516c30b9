"""A fictional dossier with every kind of block, for the writers' tests and for looking at pages."""

from __future__ import annotations

import io
from datetime import date

from PIL import Image, ImageDraw

from portfolio.dossier.document import (
    QR,
    Bar,
    BulletList,
    CertificatePage,
    ChartFigure,
    Column,
    Cover,
    Document,
    EvidenceRef,
    Figure,
    FormRow,
    Language,
    Meta,
    Note,
    NumberedList,
    PageBreak,
    Quote,
    Run,
    Section,
    SignatureLine,
    TickBox,
    TickBoxes,
    form,
    inlines,
    paragraph,
    parse_prose,
    table,
)

THAI = (
    "กลุ่มวิสาหกิจชุมชนกล้วยอบแห้งประสบปัญหาผลผลิตล้นตลาดในฤดูเก็บเกี่ยว ทำให้ราคากล้วยน้ำว้าดิบตกต่ำ "
    "เกษตรกรส่วนใหญ่ขายผลผลิตให้พ่อค้าคนกลางโดยไม่ผ่านการแปรรูป ขณะที่โรงอบแสงอาทิตย์ที่มีอยู่เดิมใช้งานได้เฉพาะวันที่มีแดดจัด "
    "จึงเกิดโจทย์วิจัยร่วมกันระหว่างมหาวิทยาลัยกับชุมชนว่าจะปรับปรุงระบบให้ความร้อนเสริมอย่างไรให้อบได้ต่อเนื่องทั้งปี "
    "และทำอย่างไรให้สมาชิกกลุ่มดูแลระบบได้ด้วยตนเองเมื่อโครงการสิ้นสุดลงแล้ว",
    "คณะผู้ดำเนินงานจัดเวทีแลกเปลี่ยนเรียนรู้กับสมาชิกกลุ่ม ผู้ใหญ่บ้าน และองค์การบริหารส่วนตำบล เพื่อกำหนดเป้าหมาย วิธีการ "
    "และตัวชี้วัดร่วมกันตั้งแต่ต้น ทุกฝ่ายเห็นพ้องกันว่าความสำเร็จของงานมิได้วัดที่จำนวนเครื่องอบ หากวัดที่รายได้สุทธิของครัวเรือน "
    "สัดส่วนกล้วยที่เสียหาย และจำนวนสมาชิกที่ซ่อมบำรุงเครื่องได้เอง ทั้งนี้ได้เก็บข้อมูลก่อนและหลังการดำเนินงานด้วยแบบบันทึกเดียวกัน",
    "ผลการติดตามหลังสิ้นสุดโครงการ 12 เดือนพบว่ากลุ่มยังคงใช้ระบบอย่างต่อเนื่อง น้ำตาลในกล้วยอบสม่ำเสมอขึ้น ต้นทุนพลังงานลดลง "
    "และมีกลุ่มข้างเคียงอีก 3 แห่งมาศึกษาดูงานเพื่อนำรูปแบบไปปรับใช้ในพื้นที่ของตน ความรู้ที่เกิดขึ้นได้เรียบเรียงเป็นคู่มือชุมชน "
    "บทความวิจัย และหน่วยการเรียนรู้ในรายวิชาวิศวกรรมเพื่อชุมชน ซึ่งนักศึกษาชั้นปีที่ 3 ได้ลงพื้นที่ปฏิบัติจริง",
)
ENGLISH = (
    "The community enterprise sold its bananas raw and at a low price, because the existing solar dryer worked "
    "only on clear days. Together with the members the team set out to find a supplementary heat system that "
    "the group could run, mend and pay for by itself once the project had ended.",
    "Goals, methods and indicators were agreed in open meetings before any equipment was bought. Success was to "
    "be read from household income, from the share of fruit lost, and from the number of members able to "
    "maintain the dryer; the same record sheet was used before and after.",
    "Twelve months after the end of the project the group was still drying all year round. Three neighbouring "
    "groups had come to see the system, and the knowledge gained went into a manual, an article and a unit of "
    "the course Engineering for Communities.",
)


def picture() -> bytes:
    """A small drawn picture; the same bytes every time."""
    image = Image.new("RGB", (480, 270), "#f1f7fc")
    draw = ImageDraw.Draw(image)
    for index in range(8):
        draw.rectangle((30 + index * 54, 220 - index * 22, 66 + index * 54, 240), fill="#205a9f")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def sections(language: Language, prose: tuple[str, ...] | None = None) -> tuple[Section, ...]:
    """The specimen's sections in one language."""
    th = language == "th"
    texts = prose or (THAI if th else ENGLISH)
    return (
        Section(
            1,
            "1",
            "สภาพการณ์ก่อนการดำเนินงาน" if th else "The situation before",
            (
                *(paragraph(text) for text in texts),
                paragraph(
                    "ดูรายละเอียดใน " if th else "For details see ",
                    EvidenceRef(1, 2),
                    " และ " if th else " and ",
                    EvidenceRef(2),
                    Run(" ตามที่ตกลงกันไว้" if th else " as agreed", bold=True),
                ),
                BulletList(
                    (
                        inlines(
                            "การมีส่วนร่วมตั้งแต่กำหนดโจทย์ ดำเนินงาน ไปจนถึงประเมินผล"
                            if th
                            else "Taking part from question to evaluation"
                        ),
                        inlines(texts[1]),
                        inlines("น้ำ ดิน ป่า ที่ทำกิน" if th else "Water, soil, forest"),
                    )
                ),
                NumberedList((inlines(texts[2]), inlines("ประเมินผลลัพธ์ร่วมกัน" if th else "Evaluate together"))),
            ),
        ),
        Section(
            2,
            "1.1",
            "ตัวชี้วัดก่อนและหลังการดำเนินงาน" if th else "Indicators before and after",
            (
                table(
                    [Column(4), Column(1.4, "right"), Column(1.4, "right"), Column(3)],
                    ["ตัวชี้วัด", "ก่อน", "หลัง", "แหล่งข้อมูล"] if th else ["Indicator", "Before", "After", "Source"],
                    [
                        [
                            ("รายได้สุทธิของครัวเรือนสมาชิกที่เข้าร่วมโครงการ ลำดับที่" if th else "Net income of household")
                            + f" {row}",
                            f"{4000 + row * 10:,}",
                            f"{7000 + row * 25:,}",
                            [EvidenceRef(2, 1)],
                        ]
                        for row in range(1, 31)
                    ],
                    "รายได้สุทธิรายครัวเรือน (บาทต่อเดือน)" if th else "Net income per household (baht a month)",
                ),
                ChartFigure(
                    (
                        Bar("ร่วมคิดร่วมทำแบบพันธมิตรและหุ้นส่วน" if th else "Partnership", 4.2, "4.2"),
                        Bar("เกิดประโยชน์ร่วมกันแก่ผู้เกี่ยวข้องทุกฝ่าย" if th else "Mutual benefits", 3.6, "3.6"),
                        Bar("เกิดการเรียนรู้ร่วมกัน และเกิดผลงานวิชาการ" if th else "Knowledge sharing", 4.8, "4.8"),
                    ),
                    5.0,
                    "คะแนนตามหลักการ" if th else "Scores by principle",
                    "แผนภูมิแท่ง" if th else "Bar chart",
                ),
                Figure(
                    picture(),
                    "image/png",
                    "โรงอบแสงอาทิตย์" if th else "The solar dryer",
                    "ภาพวาด" if th else "A drawing",
                    0.6,
                ),
            ),
        ),
        Section(
            1,
            "2",
            "การมีส่วนร่วมและลงนาม" if th else "Contributions and signatures",
            (
                form(
                    [
                        ("ชื่อผลงาน", "การแปรรูปกล้วยน้ำว้าอบแห้งด้วยโรงอบแสงอาทิตย์และระบบให้ความร้อนเสริมแบบอัตโนมัติ"),
                        ("สังกัด", "คณะวิศวกรรมศาสตร์ มหาวิทยาลัยตัวอย่าง (ข้อมูลสมมติ)"),
                        ("หมายเหตุ", ""),
                    ]
                    if th
                    else [
                        ("Work", "Solar drying of bananas"),
                        ("Faculty", "Engineering (fictional data)"),
                        ("Remark", ""),
                    ]
                ),
                TickBoxes(
                    (
                        TickBox("ผู้ดำเนินการหลัก" if th else "Principal operator", True),
                        TickBox("ผู้ดำเนินการร่วม" if th else "Co-operator"),
                    ),
                    "บทบาท" if th else "Role",
                    inline=True,
                ),
                TickBoxes((TickBox(texts[1][:120], True), TickBox("ไม่เคยใช้" if th else "Never used before"))),
                Quote(
                    inlines(
                        "เมื่อก่อนเราขายกล้วยดิบ วันนี้เราขายฝีมือ" if th else "We used to sell fruit; now we sell our skill."
                    ),
                    "ประธานกลุ่ม (ข้อมูลสมมติ)" if th else "Chair of the group (fictional)",
                ),
                Note(
                    inlines(
                        "โปรดตรวจสอบกับประกาศของสถาบันท่าน"
                        if th
                        else "Please check against your university's announcement."
                    )
                ),
                SignatureLine(
                    "ผศ. ดร. สมมติ ตัวอย่าง" if th else "Somchai Example", "ผู้ดำเนินการหลัก" if th else "Principal operator"
                ),
                SignatureLine("", "ผู้ดำเนินการร่วม" if th else "Co-operator"),
                SignatureLine(
                    "ดร. ทดสอบ ระบบ" if th else "Tester Example",
                    "หัวหน้าภาควิชา" if th else "Head of department",
                    "๑๐ มีนาคม พ.ศ. ๒๕๖๙" if th else "10 March 2026",
                ),
                QR("https://example.org/verify/ABCD-EFGH", "ตรวจสอบเอกสาร" if th else "Verify"),
            ),
            new_page=True,
        ),
        Section(
            1,
            "3",
            "ประเด็นคำถามและข้อความที่อาจถูกมองเป็นคำสั่ง" if th else "Text that could be taken for markup",
            (
                paragraph(
                    "#let x = 1 *bold* _i_ $x^2$ <b>bold</b> {{ 7*7 }} \\textbf{a} @ref =h & <script>alert(1)</script>"
                ),
                *parse_prose("หนึ่ง\n\n- สอง\n- สาม\n\n1. สี่\n2. ห้า"),
                PageBreak(),
                paragraph("ขึ้น ที่ นี้ น้ำ ปั้น กิ๊ก จื๊อ ผู้ใหญ่ ซึ่ง เมื่อ พื้นที่ ตั้ง ด้วย ฎีกา ญี่ปุ่น ฐานะ ปฏิบัติ สัญญา กตัญญู ฤๅษี เก๋า ป้า ฝ้าย ฟ้า"),
            ),
        ),
        Section(
            1,
            "",
            "ใบรับรอง" if th else "Certificate",
            (
                CertificatePage(
                    "ใบรับรองคุณภาพงานวิชาการเพื่อสังคม" if th else "Certificate of Quality",
                    "EnT-2569-XKQ7",
                    "ผศ. ดร. สมมติ ตัวอย่าง" if th else "Somchai Example",
                    "มีผลงานวิชาการเพื่อสังคมที่ผ่านการประเมินโดยผู้ทรงคุณวุฒิของสมาคม"
                    if th
                    else "has produced socially engaged work that was reviewed by the association",
                    "การแปรรูปกล้วยน้ำว้าอบแห้งด้วยโรงอบแสงอาทิตย์" if th else "Solar drying of bananas",
                    "A",
                    "ให้ไว้ ณ วันที่ 10 มีนาคม พ.ศ. 2569" if th else "Given on 10 March 2026",
                    (SignatureLine("(ข้อมูลสมมติ)", "นายกสมาคม" if th else "President"),),
                    "https://example.org/verify/ABCD-EFGH",
                ),
            ),
        ),
    )


def specimen(language: Language = "th", *, thai_digits: bool = False, cover: bool = True) -> Document:
    """The whole specimen."""
    th = language == "th"
    title = (
        "การแปรรูปกล้วยน้ำว้าอบแห้งด้วยโรงอบแสงอาทิตย์และการควบคุมระบบให้ความร้อนเสริมแบบอัตโนมัติ"
        if th
        else "Processing of Namwa bananas dried with a greenhouse solar dryer and automatic supplementary heat"
    )
    return Document(
        meta=Meta(
            title=title,
            number="EnT-D-7K4Q-2M9X",
            language=language,
            date=date(2026, 3, 10),
            thai_digits=thai_digits,
            running_head="ชุดเอกสารประกอบการขอตำแหน่ง" if th else "Dossier",
            input_digest="3f5a" * 16,
            verify_url="https://example.org/verify/ABCD-EFGH",
            author="Somchai Example",
            fictional=True,
            confidential=True,
        ),
        cover=Cover(
            "สมาคมพันธกิจสัมพันธ์มหาวิทยาลัยกับสังคม" if th else "Association for University Social Engagement Thailand",
            "ชุดเอกสารประกอบการขอตำแหน่งทางวิชาการ" if th else "Dossier for an academic position",
            title,
            "งานวิชาการรับใช้สังคม" if th else "Socially engaged scholarship",
            (
                FormRow(
                    "ผู้ขอกำหนดตำแหน่ง" if th else "Applicant",
                    "ผศ. ดร. สมมติ ตัวอย่าง (ข้อมูลสมมติ)" if th else "Somchai Example (fictional)",
                ),
                FormRow(
                    "สังกัด" if th else "Faculty",
                    "คณะวิศวกรรมศาสตร์ มหาวิทยาลัยตัวอย่าง" if th else "Engineering, Example University",
                ),
            ),
        )
        if cover
        else None,
        sections=sections(language),
    )
