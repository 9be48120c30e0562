"""pdfium (through pypdfium2): where each glyph and each ruling line of a PDF page stands, and pictures of pages.

All lengths are points (1/72 inch) from the top left corner of the page as it is shown: rotated as the page asks, cut to
its crop box; y grows downwards. Glyphs come in the order of the content stream, which is not always reading order.

pdfium is not thread-safe, so one lock serves the whole process. A page holds thousands of glyphs, so glyphs are read by
mapping pdfium's functions over numpy buffers: about a microsecond a glyph, a tenth of what its Python helpers take.
"""

from __future__ import annotations

import ctypes
import io
import re
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from report_qa.errors import DocumentEncrypted, DocumentUnreadable
from report_qa.records.document import Box

Floats = NDArray[np.float64]

_LOCK = threading.RLock()

SPACES = (0x20, 0x09, 0xA0, 0x202F, 0x3000, *range(0x2002, 0x200B))
_BOLD_NAME = re.compile(r"bold|black|heavy|semib|demi|\bbd\b|-b$|,b", re.IGNORECASE)
_FORCE_BOLD = 1 << 18
_INVISIBLE_MODES = (3, 7)
_SMALLEST_VISIBLE_PT = 1.0
_NEAR_WHITE = 250
_THIN_PT = 3.0
_RAISED_SHARE = 0.15
_RAISED_SIZE = 0.65
_MOST_SEGMENTS = 2000
_DEEPEST_FORM = 4
_BOX_COLOUR = (176, 0, 32)
_BOX_LINE_PT, _BOX_AIR_PT = 0.8, 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class PageGlyphs:
    """The inked glyphs of one page, as parallel arrays.

    `after_space` says that white space (on the page, or one that pdfium infers) stands before the glyph; `hidden`, that
    nobody sees it: drawn invisibly, white on white, microscopic, or beyond the page's edge (then it is `outside`, too).
    `angle` is in degrees, clockwise as shown, 0 for upright text. `size` is the font size as shown. Digits that a font
    itself draws raised ("¹" by an OpenType feature) are given as what they look like: smaller, on a higher baseline.
    """

    width_pt: float
    height_pt: float
    codes: NDArray[np.uint32]
    x0: Floats
    x1: Floats
    y0: Floats
    y1: Floats
    origin_x: Floats
    baseline: Floats
    size: Floats
    angle: NDArray[np.int16]
    bold: NDArray[np.bool_]
    font: NDArray[np.int32]
    hidden: NDArray[np.bool_]
    outside: NDArray[np.bool_]
    after_space: NDArray[np.bool_]
    horizontals: tuple[tuple[float, float, float], ...]
    """Ruling lines as (y, x0, x1)."""
    verticals: tuple[tuple[float, float, float], ...]
    """Ruling lines as (x, y0, y1)."""
    fills: tuple[tuple[float, float, float, float], ...]
    """Filled areas and pictures as (x0, y0, x1, y1), in drawing order."""
    images: int = 0


class PdfFile:
    """An open PDF. Use it in a `with` statement: pdfium's memory is not Python's."""

    def __init__(self, content: bytes | Path, *, name: str, password: str = "") -> None:
        self._name = name
        with _LOCK:
            # Some failures leave pdfium's last error as it was: without this, that of another file.
            raw.FPDF_LoadMemDocument64(b"", 0, None)
            try:
                self._document = pdfium.PdfDocument(content, password=password or None)
                self.page_count = len(self._document)
            except pdfium.PdfiumError as error:
                if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
                    known = "the password given for it is wrong" if password else "none is known for it"
                    raise DocumentEncrypted(
                        f"{name} needs a password, and {known}.",
                        hint="Give it as password or password_env in its catalogue entry, or in"
                        " REPORT_QA_DOCUMENT_PASSWORD.",
                    ) from error
                raise self._unreadable("can't be opened as a PDF") from error
            except OSError as error:
                raise self._unreadable("can't be opened") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _LOCK:
            self._document.close()

    def glyphs(self, page_index: int) -> PageGlyphs:
        """Read one page's glyphs and ruling lines."""
        with _LOCK:
            try:
                page = self._document[page_index]
                textpage = page.get_textpage()
            except pdfium.PdfiumError as error:
                raise self._unreadable(f"has a broken page {page_index + 1}") from error
            try:
                return _read_page(page, textpage)
            finally:
                textpage.close()
                page.close()

    def pixels(self, page_index: int, *, scale: float) -> NDArray[np.uint8]:
        """Draw one page; returns an array (height, width, 3), `scale` dots for each point."""
        with _LOCK:
            try:
                page = self._document[page_index]
                try:
                    drawn = page.render(scale=scale).to_numpy()
                finally:
                    page.close()
            except (pdfium.PdfiumError, IndexError) as error:
                raise self._unreadable(f"has no page {page_index + 1} that can be drawn") from error
        colours: NDArray[np.uint8] = np.ascontiguousarray(
            drawn[:, :, :3] if drawn.ndim == 3 else np.repeat(drawn[:, :, None], 3, axis=2)
        )
        return colours

    def picture(self, page_index: int, *, scale: float, quality: int, boxes: Sequence[Box] = ()) -> bytes:
        """Draw one page as a JPEG, with lines around the boxes that stand on it; `scale` 1 is 72 dots per inch."""
        with _LOCK:
            try:
                page = self._document[page_index]
                try:
                    image = page.render(scale=scale).to_pil()
                finally:
                    page.close()
            except (pdfium.PdfiumError, IndexError) as error:
                raise self._unreadable(f"has no page {page_index + 1} that can be drawn") from error
        drawn = io.BytesIO()
        picture = image.convert("RGB")
        _box_lines(picture, [box for box in boxes if box.page_index == page_index], scale)
        picture.save(drawn, "JPEG", quality=quality)
        return drawn.getvalue()

    def _unreadable(self, what: str) -> DocumentUnreadable:
        return DocumentUnreadable(
            f"{self._name} {what}.",
            hint="Open it in a PDF viewer; if that fails too, get a fresh copy, else print it to a new PDF.",
        )


def render_page(
    content: bytes | Path,
    page_index: int,
    *,
    scale: float = 2.0,
    quality: int = 80,
    name: str = "",
    password: str = "",
    boxes: Sequence[Box] = (),
) -> bytes:
    """Return a JPEG of one page with lines around the boxes; a point of the page is `scale` dots of the picture."""
    shown_name = name or (str(content) if isinstance(content, Path) else "The PDF")
    with PdfFile(content, name=shown_name, password=password) as pdf:
        return pdf.picture(page_index, scale=scale, quality=quality, boxes=boxes)


def _box_lines(picture: Image.Image, boxes: Sequence[Box], scale: float) -> None:
    """Draw a line around each box, a little away from its words so that it covers none."""
    pen = ImageDraw.Draw(picture)
    width = max(1, round(_BOX_LINE_PT * scale))
    for box in boxes:
        corners = (
            (box.x0_pt - _BOX_AIR_PT) * scale - width,
            (box.y0_pt - _BOX_AIR_PT) * scale - width,
            (box.x1_pt + _BOX_AIR_PT) * scale + width,
            (box.y1_pt + _BOX_AIR_PT) * scale + width,
        )
        pen.rectangle(corners, outline=_BOX_COLOUR, width=width)


def _bound(function: Any, result: Any, *arguments: Any) -> Any:
    """Rebind a pdfium function with plain integers for pointers, so that `map` can walk a buffer's addresses.

    PYFUNCTYPE keeps the interpreter lock during the call, which for calls this short is what costs least.
    """
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


_INT, _POINTER = ctypes.c_int, ctypes.c_void_p
_unicode = _bound(raw.FPDFText_GetUnicode, ctypes.c_uint, _POINTER, _INT)
_text_object = _bound(raw.FPDFText_GetTextObject, ctypes.c_size_t, _POINTER, _INT)
_loose_box = _bound(raw.FPDFText_GetLooseCharBox, _INT, _POINTER, _INT, _POINTER)
_origin = _bound(raw.FPDFText_GetCharOrigin, _INT, _POINTER, _INT, _POINTER, _POINTER)
_tight_box = _bound(raw.FPDFText_GetCharBox, _INT, _POINTER, _INT, *repeat(_POINTER, 4))
_matrix = _bound(raw.FPDFText_GetMatrix, _INT, _POINTER, _INT, _POINTER)
_font_size = _bound(raw.FPDFText_GetFontSize, ctypes.c_double, _POINTER, _INT)
_font_of = _bound(raw.FPDFTextObj_GetFont, ctypes.c_size_t, _POINTER)
_render_mode = _bound(raw.FPDFTextObj_GetTextRenderMode, _INT, _POINTER)
_fill_colour = _bound(raw.FPDFPageObj_GetFillColor, _INT, *repeat(_POINTER, 5))
_bounds = _bound(raw.FPDFPageObj_GetBounds, _INT, *repeat(_POINTER, 5))
_object_type = _bound(raw.FPDFPageObj_GetType, _INT, _POINTER)
_page_object = _bound(raw.FPDFPage_GetObject, ctypes.c_size_t, _POINTER, _INT)
_form_object = _bound(raw.FPDFFormObj_GetObject, ctypes.c_size_t, _POINTER, ctypes.c_ulong)


class _Shown:
    """Turns coordinates of the PDF into points from the top left corner of the page as shown."""

    def __init__(self, page: Any) -> None:
        left, bottom, right, top = page.get_bbox()
        self.rotation = page.get_rotation() % 360
        # x_shown = ax·x + bx·y + cx, and the same for y
        self.x, self.y = {
            0: ((1.0, 0.0, -left), (0.0, -1.0, top)),
            90: ((0.0, 1.0, -bottom), (1.0, 0.0, -left)),
            180: ((-1.0, 0.0, right), (0.0, 1.0, -bottom)),
            270: ((0.0, -1.0, top), (-1.0, 0.0, right)),
        }[self.rotation]
        wide, high = right - left, top - bottom
        self.width, self.height = (wide, high) if self.rotation in (0, 180) else (high, wide)

    def points(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        (ax, bx, cx), (ay, by, cy) = self.x, self.y
        return ax * x + bx * y + cx, ay * x + by * y + cy

    def rectangle(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        (ax, bx, cx), (ay, by, cy) = self.x, self.y
        xs = sorted((ax * x0 + bx * y0 + cx, ax * x1 + bx * y1 + cx))
        ys = sorted((ay * x0 + by * y0 + cy, ay * x1 + by * y1 + cy))
        return xs[0], ys[0], xs[1], ys[1]

    def angles(self, a: Floats, b: Floats) -> NDArray[np.int16]:
        """Degrees, clockwise as shown, of text matrices whose x axes point to (a, b)."""
        x, y = self.x[0] * a + self.x[1] * b, self.y[0] * a + self.y[1] * b
        degrees: NDArray[np.int16] = np.round(np.degrees(np.arctan2(y, x))).astype(np.int16) % 360
        return degrees


def _read_page(page: Any, textpage: Any) -> PageGlyphs:
    shown = _Shown(page)
    handle = ctypes.cast(textpage.raw, _POINTER).value
    count = max(textpage.count_chars(), 0)
    every = range(count)
    codes = np.fromiter(map(_unicode, repeat(handle), every), np.uint32, count)
    codes[(codes > 0x10FFFF) | (codes >= 0xD800) & (codes < 0xE000)] = 0xFFFD
    owners = np.fromiter(map(_text_object, repeat(handle), every), np.uint64, count)

    blank = np.isin(codes, SPACES) | (codes < 0x20) & (codes != 2) | (codes == 0x200B)
    drawn = np.flatnonzero((owners != 0) & ~blank)
    count = len(drawn)
    boxes = np.zeros((count, 4), np.float32)
    at = boxes.ctypes.data
    boxed = np.fromiter(
        map(_loose_box, repeat(handle), drawn.tolist(), range(at, at + 16 * count, 16)), np.bool_, count
    )
    origins = np.zeros((count, 2), np.float64)
    at, end = origins.ctypes.data, origins.ctypes.data + 16 * count
    map_origins = map(_origin, repeat(handle), drawn.tolist(), range(at, end, 16), range(at + 8, end + 8, 16))
    boxed &= np.fromiter(map_origins, np.bool_, count)

    inked = boxed & np.isfinite(origins).all(axis=1)
    kept, boxes, origins = drawn[inked], boxes[inked], origins[inked]
    after_space = np.ones(len(kept), np.bool_)
    after_space[1:] = np.diff(kept) > 1
    if len(kept):
        after_space[1:] = np.diff(np.cumsum(blank)[kept]) > 0

    lines = _Lines(shown)
    lines.collect(page)
    styles = _Styles(handle, shown)
    runs = styles.of(owners, kept)
    box = boxes.astype(np.float64)
    corner_x, corner_y = shown.points(box[:, [0, 2]], box[:, [1, 3]])
    origin_x, origin_y = shown.points(origins[:, 0], origins[:, 1])
    x0, x1 = corner_x.min(axis=1), corner_x.max(axis=1)
    y0, y1 = corner_y.min(axis=1), corner_y.max(axis=1)
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    outside = (middle_x < 0) | (middle_x > shown.width) | (middle_y < 0) | (middle_y > shown.height)
    _raise_digits(handle, shown, codes[kept], kept, runs, origin_y)
    hidden = runs["hidden"] | outside | (runs["size"] < _SMALLEST_VISIBLE_PT)
    for index in np.flatnonzero(runs["white"] & ~hidden):
        hidden[index] = not lines.darkened(middle_x[index], middle_y[index])
    return PageGlyphs(
        width_pt=shown.width,
        height_pt=shown.height,
        codes=codes[kept],
        x0=x0,
        x1=x1,
        y0=y0,
        y1=y1,
        origin_x=origin_x,
        baseline=origin_y,
        size=runs["size"],
        angle=runs["angle"],
        bold=runs["bold"],
        font=runs["font"],
        hidden=hidden,
        outside=outside,
        after_space=after_space,
        horizontals=tuple(lines.horizontals),
        verticals=tuple(lines.verticals),
        fills=tuple(area for area, _ in lines.fills),
        images=lines.images,
    )


def _raise_digits(
    textpage: int | None,
    shown: _Shown,
    codes: NDArray[np.uint32],
    kept: NDArray[np.intp],
    runs: NDArray[Any],
    baseline: Floats,
) -> None:
    """Move digits whose ink begins well above the baseline to where they stand, in place."""
    digits = np.flatnonzero((codes >= 0x30) & (codes <= 0x39) & (runs["angle"] == 0))
    count = len(digits)
    boxes = np.zeros((count, 4), np.float64)  # left, right, bottom, top
    at, end = boxes.ctypes.data, boxes.ctypes.data + 32 * count
    columns = (range(at + 8 * column, end, 32) for column in range(4))
    boxed = np.fromiter(map(_tight_box, repeat(textpage), kept[digits].tolist(), *columns), np.bool_, count)
    (_, corner_y) = shown.points(boxes[:, [0, 1]], boxes[:, [2, 3]])
    lift = baseline[digits] - corner_y.max(axis=1)
    raised = boxed & (boxes[:, 3] > boxes[:, 2]) & (lift > _RAISED_SHARE * runs["size"][digits])
    baseline[digits[raised]] -= lift[raised]
    runs["size"][digits[raised]] *= _RAISED_SIZE


class _Styles:
    """What is the same for all glyphs of a text object: its size, angle, font and whether anybody sees it."""

    def __init__(self, textpage: int | None, shown: _Shown) -> None:
        self._textpage = textpage
        self._shown = shown
        self._fonts: dict[int, tuple[int, bool]] = {}

    def of(self, owners: NDArray[np.uint64], kept: NDArray[np.intp]) -> NDArray[Any]:
        """Return a record for each kept glyph."""
        fields = [("size", "f8"), ("angle", "i2"), ("font", "i4"), ("bold", "?"), ("hidden", "?"), ("white", "?")]
        if not len(kept):
            return np.zeros(0, fields)
        owner_of_kept = owners[kept]
        first_of_run = np.flatnonzero(np.concatenate(([True], owner_of_kept[1:] != owner_of_kept[:-1])))
        runs = self._runs(kept[first_of_run].tolist(), owner_of_kept[first_of_run].tolist(), fields)
        lengths = np.diff(np.append(first_of_run, len(kept)))
        repeated: NDArray[Any] = np.repeat(runs, lengths)
        return repeated

    def _runs(self, chars: list[int], owners: list[int], fields: list[tuple[str, str]]) -> NDArray[Any]:
        count = len(chars)
        runs = np.zeros(count, fields)
        matrices = np.zeros((count, 6), np.float32)
        at = matrices.ctypes.data
        _walk(map(_matrix, repeat(self._textpage), chars, range(at, at + 24 * count, 24)))
        a, b, c, d = matrices[:, :4].astype(np.float64).T
        sizes = np.fromiter(map(_font_size, repeat(self._textpage), chars), np.float64, count)
        runs["size"] = np.abs(sizes * np.hypot(c, d))
        runs["angle"] = self._shown.angles(a, b)
        handles, which = np.unique(np.fromiter(map(_font_of, owners), np.uint64, count), return_inverse=True)
        fonts = [self._font(font) for font in handles.tolist()]
        runs["font"] = np.array([number for number, _ in fonts])[which]
        runs["bold"] = np.array([bold for _, bold in fonts])[which]
        colours = np.zeros((count, 4), np.uint32)
        at, end = colours.ctypes.data, colours.ctypes.data + 16 * count
        coloured = map(_fill_colour, owners, *(range(at + 4 * channel, end, 16) for channel in range(4)))
        has_colour = np.fromiter(coloured, np.bool_, count)
        modes = np.fromiter(map(_render_mode, owners), np.int8, count)
        runs["hidden"] = np.isin(modes, _INVISIBLE_MODES) | has_colour & (colours[:, 3] == 0)
        runs["white"] = has_colour & (colours[:, :3].min(axis=1) >= _NEAR_WHITE)
        return runs

    def _font(self, font: int) -> tuple[int, bool]:
        if font not in self._fonts:
            name, flags = "", 0
            if font:
                handle = ctypes.cast(font, raw.FPDF_FONT)
                room = ctypes.create_string_buffer(256)
                raw.FPDFFont_GetBaseFontName(handle, room, 256)
                name = room.value.decode("utf-8", "replace")
                flags = raw.FPDFFont_GetFlags(handle)
            bold = bool(_BOLD_NAME.search(name)) or (flags > 0 and bool(flags & _FORCE_BOLD))
            self._fonts[font] = (len(self._fonts), bold)
        return self._fonts[font]


def _walk(calls: Iterator[Any]) -> None:
    deque(calls, maxlen=0)


class _Lines:
    """Ruling lines and filled areas of a page, from its path and picture objects."""

    def __init__(self, shown: _Shown) -> None:
        self._shown = shown
        self._segments_left = _MOST_SEGMENTS
        self.horizontals: list[tuple[float, float, float]] = []
        self.verticals: list[tuple[float, float, float]] = []
        self.fills: list[tuple[tuple[float, float, float, float], bool]] = []
        self.images = 0

    def collect(self, page: Any) -> None:
        handle = ctypes.cast(page.raw, _POINTER).value
        count = raw.FPDFPage_CountObjects(page.raw)
        objects = np.fromiter(map(_page_object, repeat(handle), range(count)), np.uint64, count)
        objects = objects[objects != 0]
        # Most objects are text, and there are thousands.
        kinds = np.fromiter(map(_object_type, objects.tolist()), np.int32, len(objects))
        for found in objects[kinds != raw.FPDF_PAGEOBJ_TEXT].tolist():
            self._add(found, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0)

    def darkened(self, x: float, y: float) -> bool:
        """Whether something that is not white lies under a point."""
        for (x0, y0, x1, y1), white in reversed(self.fills):
            if x0 <= x <= x1 and y0 <= y <= y1:
                return not white
        return False

    def _add(self, found: int, placed: tuple[float, ...], depth: int) -> None:
        kind = _object_type(found) if found else raw.FPDF_PAGEOBJ_TEXT
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            return
        if kind == raw.FPDF_PAGEOBJ_FORM:
            self._add_form(found, placed, depth)
            return
        room = (ctypes.c_float * 4)()
        at = ctypes.addressof(room)
        if not _bounds(found, at, at + 4, at + 8, at + 12):
            return
        area = self._shown.rectangle(*_moved(placed, room[0], room[1]), *_moved(placed, room[2], room[3]))
        if kind == raw.FPDF_PAGEOBJ_PATH:
            self._add_path(found, area, placed)
        else:
            self.images += kind == raw.FPDF_PAGEOBJ_IMAGE
            self.fills.append((area, False))

    def _add_form(self, found: int, placed: tuple[float, ...], depth: int) -> None:
        if depth >= _DEEPEST_FORM:
            return
        handle = ctypes.cast(found, raw.FPDF_PAGEOBJECT)
        own = raw.FS_MATRIX()
        if not raw.FPDFPageObj_GetMatrix(handle, own):
            return
        inner = _after((own.a, own.b, own.c, own.d, own.e, own.f), placed)
        count = raw.FPDFFormObj_CountObjects(handle)
        for index in range(max(count, 0)):
            self._add(_form_object(found, index), inner, depth + 1)

    def _add_path(self, found: int, area: tuple[float, float, float, float], placed: tuple[float, ...]) -> None:
        handle = ctypes.cast(found, raw.FPDF_PAGEOBJECT)
        fill_mode, stroked = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(handle, fill_mode, stroked)
        if not fill_mode.value and not stroked.value:
            return
        x0, y0, x1, y1 = area
        if y1 - y0 <= _THIN_PT < x1 - x0:
            self.horizontals.append(((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= _THIN_PT < y1 - y0:
            self.verticals.append(((x0 + x1) / 2, y0, y1))
        elif fill_mode.value:
            self.fills.append((area, self._is_white(handle)))
        if stroked.value and x1 - x0 > _THIN_PT and y1 - y0 > _THIN_PT:
            self._add_segments(handle, placed)

    def _is_white(self, handle: Any) -> bool:
        colour = (ctypes.c_uint * 4)()
        at = ctypes.addressof(colour)
        found = _fill_colour(ctypes.cast(handle, _POINTER).value, at, at + 4, at + 8, at + 12)
        return bool(found) and min(colour[0], colour[1], colour[2]) >= _NEAR_WHITE

    def _add_segments(self, handle: Any, placed: tuple[float, ...]) -> None:
        """Add the upright and level strokes of a path with several, such as a rectangle or a grid."""
        count = raw.FPDFPath_CountSegments(handle)
        if count <= 0 or count > self._segments_left:
            return
        self._segments_left -= count
        own = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(handle, own)
        whole = _after((own.a, own.b, own.c, own.d, own.e, own.f), placed)
        start = last = (0.0, 0.0)
        x, y = ctypes.c_float(), ctypes.c_float()
        for index in range(count):
            segment = raw.FPDFPath_GetPathSegment(handle, index)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = _moved(whole, x.value, y.value)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == raw.FPDF_SEGMENT_LINETO:
                self._add_stroke(last, point)
            if raw.FPDFPathSegment_GetClose(segment):
                self._add_stroke(point, start)
            last = point

    def _add_stroke(self, one: tuple[float, float], other: tuple[float, float]) -> None:
        x0, y0, x1, y1 = self._shown.rectangle(*one, *other)
        if y1 - y0 <= _THIN_PT < x1 - x0:
            self.horizontals.append(((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= _THIN_PT < y1 - y0:
            self.verticals.append(((x0 + x1) / 2, y0, y1))


def _moved(matrix: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _after(first: tuple[float, ...], then: tuple[float, ...]) -> tuple[float, ...]:
    """The matrix that applies `first` and then `then`."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)
