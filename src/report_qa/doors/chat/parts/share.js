// The way to share something, and what is said of a shared quotation whose source has changed since. Every string is
// written with textContent.
function shareButton(id, root) {
  if (root.readOnly) return null;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy share";
  button.dataset.name = "share";
  button.textContent = root.texts.share;
  button.setAttribute("aria-label", root.classList.contains("sheet") ? root.texts.share_quote : root.texts.share_answer);
  button.setAttribute("aria-haspopup", "dialog");
  button.onclick = () => {
    root.send("share", id);
    focusAfterDialog(button);
  };
  return button;
}

// The dialog stands in the page, this button in a component of its own: the page does not know where to go back to.
function focusAfterDialog(button) {
  let seen = false;
  const started = Date.now();
  const look = setInterval(() => {
    const open = document.querySelector('[role="dialog"]');
    seen ||= Boolean(open);
    if (open || (!seen && Date.now() - started < 10_000)) return;
    clearInterval(look);
    if (seen && button.isConnected) button.focus({ preventScroll: true });
  }, 120);
}

function changeNotes(cites, root) {
  const changed = cites.filter((cite) => cite.since);
  return changed.length ? el("div", { className: "since-all" }, ...changed.map((cite) => changeNote(cite.since, root))) : null;
}

function changeNote(since, root) {
  const note = el("aside", { className: "since" }, el("p", { className: "since-lead" }, icon("note"), el("span", {}, since.lead)));
  note.setAttribute("aria-label", since.lead);
  if (since.after) {
    const before = side(say(root.texts.since_before, since.before), since.before.runs, "del");
    const now = side(say(root.texts.since_now, since.after), since.after.runs, "ins");
    note.append(el("div", { className: "sides" }, before, now));
  }
  if (since.cite) {
    const open = el("button", { className: "opens since-open", type: "button" }, root.texts.since_open);
    open.setAttribute("aria-label", say(root.texts.since_open_named, { words: since.words }));
    note.append(citing(open, since.cite, root));
  }
  return note;
}

// Words that differ are told by a line through or under them, not by colour alone.
function side(label, runs, tag) {
  const words = runs.map(([part, differs]) => (differs ? el(tag, {}, part) : part));
  return el("figure", {}, el("figcaption", {}, label), el("p", {}, ...words));
}
