"""Reads Word documents as they stand once all tracked changes are accepted.

Word has no pages before it is laid out, so there are none here. Headings are paragraphs with an outline level, whatever
their style is called. A footnote follows the paragraph that refers to it. Left out, and counted: deleted and hidden text,
the table of contents, the marks of footnotes. The title is no part of heading paths. Relationships that point outside the
file are never followed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from ingest.office_zip import check_office_zip
from ingest.superscript import is_footnote_mark, raise_digits
from ingest.text_builder import TextBuilder
from ingest.word_styles import StyleSheet
from report_qa.errors import DocumentUnreadable
from report_qa.records.document import DocumentText

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

READER = "docx/1"
