"""The page on which contributors bring documents: what they are, whom they are for, and what becomes of them."""

from __future__ import annotations

from datetime import date

import streamlit as st

from report_qa import ReportQAError
from report_qa.audit import Deed
from report_qa.doors.chat import components, masthead, seeing, visitor
from report_qa.doors.chat.places import Places
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import counted, text
from report_qa.doors.deeds import note
from report_qa.doors.upload_folder import KINDS, NewDocuments, NewFile
from report_qa.doors.uploads import Upload
from report_qa.errors import UploadRefused
from report_qa.records.audience import ALL, STAFF
from report_qa.records.document import Role as DocumentRole
from report_qa.records.person import Person, Role

_LOOKS_S = 1.0
_STATE_ROUND, _STATE_PROBLEM = "upload_round", "upload_problem"
_ROLES = {DocumentRole.EVIDENCE: "role.evidence", DocumentRole.REPORT: "role.report"}


def show(places: Places) -> None:
    """Draw the page, for contributors; whoever else came here is told so."""
    held = seeing.page()
    with masthead.line(text("page.upload"), places, places.upload):
        pass
    if not visitor.admitted(held, Role.CONTRIBUTOR, "/upload"):
        return
    person = visitor.person(held)
    with st.container(key="desk"), st.container(key="talk"), st.container(key="turns"), st.container(key="checking"):
        st.title(text("upload.title"), anchor=False)
        st.text(text("upload.lead"))
        _form(held, person)
        waiting = any(upload.pending for upload in held.uploads.of(person.owner))
        st.fragment(_uploads)(held, waiting)


def groups_of(person: Person) -> list[str]:
    """Return whom somebody may bring documents for: everybody, staff, and the groups that they belong to themselves."""
    own = person.audience.groups or frozenset()
    return [ALL, STAFF, *sorted(own - {ALL, STAFF})]


def _form(held: Service, person: Person) -> None:
    # Another key is another form: it is empty again once its files are on their way.
    number = int(st.session_state.get(_STATE_ROUND, 0))
    problem: str = st.session_state.get(_STATE_PROBLEM, "")
    with st.form(f"upload-{number}", border=False, enter_to_submit=False):
        st.file_uploader(
            text("upload.files", most=held.settings.upload_mb),
            type=list(KINDS),
            accept_multiple_files=True,
            key=f"files-{number}",
        )
        st.text_input(
            text("upload.document_title"), key=f"title-{number}", max_chars=300, help=text("upload.title_help")
        )
        st.text_input(text("upload.publisher"), key=f"publisher-{number}", max_chars=300)
        st.date_input(
            text("upload.published"),
            value=None,
            min_value=date(1500, 1, 1),
            key=f"published-{number}",
            format="YYYY-MM-DD",
        )
        st.radio(
            text("upload.role"),
            list(_ROLES),
            format_func=lambda role: text(_ROLES[role]),
            key=f"role-{number}",
            horizontal=True,
        )
        st.multiselect(
            text("upload.visible"), groups_of(person), default=[ALL], format_func=_group_name, key=f"visible-{number}"
        )
        st.form_submit_button(text("upload.send"), on_click=_bring, args=(held, number))
    if problem:
        with st.container(key="upload-problem"):
            st.text(problem)


def _bring(held: Service, number: int) -> None:
    state = st.session_state
    state.pop(_STATE_PROBLEM, None)
    try:
        person = visitor.person(held)
        allowed = groups_of(person) if person.may(Role.CONTRIBUTOR) else []
        chosen = [str(group) for group in state[f"visible-{number}"]]
        if not set(chosen) <= set(allowed):
            raise UploadRefused(text("sign_in.not_yours"))
        files = tuple(NewFile(name=file.name, content=file.getvalue()) for file in state[f"files-{number}"] or ())
        upload = held.uploads.bring(
            person.owner,
            NewDocuments(
                files=files,
                title=str(state[f"title-{number}"] or ""),
                publisher=str(state[f"publisher-{number}"] or ""),
                published_on=state[f"published-{number}"],
                role=state[f"role-{number}"],
                # Whoever is everybody is also staff, and a member of each group.
                visible_to=(ALL,) if ALL in chosen else (STAFF,) if STAFF in chosen else tuple(chosen),
            ),
        )
    except ReportQAError as error:
        state[_STATE_PROBLEM] = str(visitor.told(held, error))
        return
    for name in upload.names:
        note(held, person, Deed.UPLOADED, f"{name} ({upload.upload_id})")
    state[_STATE_ROUND] = number + 1


def _uploads(held: Service, waiting: bool) -> None:
    with components.looking_again(_LOOKS_S if waiting else None):
        visitor.stay(held)
        uploads = held.uploads.of(visitor.person(held).owner)
        if any(upload.pending for upload in uploads) != waiting:
            st.rerun()
        for upload in uploads:
            with st.container(key=f"upload-{upload.upload_id}", border=True):
                st.text(", ".join(upload.names))
                st.text("\n".join(_state_of(upload)))


def _state_of(upload: Upload) -> list[str]:
    """Return what has become of an upload, in lines."""
    if upload.problem:
        return [text("upload.failed"), upload.problem]
    receipt = upload.receipt
    if receipt is None:
        if not upload.started:
            return [text("upload.waits")]
        return [text("upload.doing", what=upload.doing or "…", done=upload.done, total=upload.total)]
    lines = [text("upload.nothing_new")]
    if receipt.get("edition"):
        lines = [
            text("upload.published_in", edition=receipt["edition"]),
            counted("upload.passages", int(receipt.get("passages", 0))),
        ]
    lines += [
        text("upload.same_as", of=item.get("of", "")) for item in receipt.get("duplicates", ()) if _own(upload, item)
    ]
    return lines + [text("upload.not_read", reason=reason) for reason in upload.unreadable]


def _own(upload: Upload, item: dict[str, object]) -> bool:
    return str(item.get("path", "")).startswith(f"{upload.upload_id}/")


def _group_name(group: str) -> str:
    return text("upload.everybody") if group == ALL else text("upload.staff") if group == STAFF else group
