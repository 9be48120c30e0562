"""Pages as pictures, the last ones kept: a page that is cited once is mostly looked at again."""

from __future__ import annotations

import threading
from collections import OrderedDict

from report_qa import Shelf, SourceDocument

# Pixels per point. A page of 595 points is then 1190 to 2380 pixels wide: sharp at every zoom and on dense screens.
SCALES = (2, 3, 4)
# For the small pictures of pages that lie side by side.
THUMB_SCALE = 0.4
_MOST_KEPT, _MOST_THUMBS_KEPT = 48, 400


class Pictures:
    """A small store of rendered pages. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, float], bytes] = OrderedDict()
        self._thumbs: OrderedDict[tuple[str, int, float], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, shelf: Shelf, document: SourceDocument, page_index: int, scale: float) -> bytes:
        """Return a page as JPEG."""
        key = (document.sha256, page_index, scale)
        kept, most = (self._thumbs, _MOST_THUMBS_KEPT) if scale == THUMB_SCALE else (self._kept, _MOST_KEPT)
        with self._lock:
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        picture = shelf.page_picture(document, page_index, float(scale))
        with self._lock:
            kept[key] = picture
            while len(kept) > most:
                kept.popitem(last=False)
        return picture
