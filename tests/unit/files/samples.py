"""Builds files for the tests."""

from io import BytesIO

from docx import Document
from PIL import Image
from pptx import Presentation
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject
from xlsxwriter import Workbook


def pdf(words: str, pages: int = 1, repeats: int = 1) -> bytes:
    """A PDF with these words on each page. All pages share one stream, which contains the words ``repeats`` times."""
    writer = PdfWriter()
    content = DecodedStreamObject()
    content.set_data((f"BT /F1 12 Tf 20 200 Td ({words}) Tj ET\n" * repeats).encode())
    stream = writer._add_object(content.flate_encode())
    font = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
    )
    for _ in range(pages):
        page = writer.add_blank_page(300, 300)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        page[NameObject("/Contents")] = ArrayObject([stream])
    return _bytes(writer.write)


def docx() -> bytes:
    document = Document()
    document.add_heading("Tides", 1)
    document.add_paragraph("Twice a day.")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Brest", "18:42"
    return _bytes(document.save)


def pptx() -> bytes:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Tides"
    slide.notes_slide.notes_text_frame.text = "Mention the moon."
    return _bytes(presentation.save)


def xlsx() -> bytes:
    out = BytesIO()
    with Workbook(out) as workbook:
        sheet = workbook.add_worksheet("Ports")
        sheet.write_row(0, 0, ["Brest", 12, 0.5])
    return out.getvalue()


def image(kind: str, size: tuple[int, int] = (8, 8), mode: str = "RGB") -> bytes:
    if kind == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    return _bytes(lambda out: Image.new(mode, size, "red").save(out, kind))


def _bytes(write: object) -> bytes:
    out = BytesIO()
    write(out)  # type: ignore[operator]
    return out.getvalue()
