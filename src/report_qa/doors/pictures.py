"""Pages as pictures, the last ones kept: a page that is cited once is mostly looked at again."""

from __future__ import annotations

import threading
from collections import OrderedDict

from report_qa import Shelf, SourceDocument

# Pixels per point. A page of 595 points is then 1190 to 2380 pixels wide: sharp at every zoom and on dense screens.
SCALES = (2, 3, 4)
_MOST_KEPT = 48


class Pictures:
    """A small store of rendered pages. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, shelf: Shelf, document: SourceDocument, page_index: int, scale: int) -> bytes:
        """Return a page as JPEG."""
        key = (document.sha256, page_index, scale)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        picture = shelf.page_picture(document, page_index, float(scale))
        with self._lock:
            self._kept[key] = picture
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return picture
