"""A library as it would be if the edition that is being built were published: for asking it before anybody else does."""

from __future__ import annotations

from report_qa.library.edition import Edition, Library


class Candidate(Library):
    """The library with a built, complete and unpublished edition as the current one. Nothing on disk changes."""

    def __init__(self, library: Library, edition_id: str) -> None:
        super().__init__(library.folder, chroma_url=library.chroma_url)
        self._edition_id = edition_id

    def current_edition_id(self) -> str:
        """Return the id of the unpublished edition."""
        return self._edition_id

    def open(self, edition_id: str) -> Edition:
        """Open an edition, the unpublished one from where it was built."""
        if edition_id != self._edition_id:
            return super().open(edition_id)
        return Edition(self.building_folder(edition_id), chroma_url=self.chroma_url)
