// What a reader says of an answer and of its citations. What was said before comes apart from the answers, so that saying
// something makes no answer anew.
function opinions(item, root) {
  if (root.readOnly || !item.edits) return null;
  const group = el("span", { className: "opinions", role: "group" }, el("span", {}, root.texts.was_it_right));
  group.setAttribute("aria-label", root.texts.was_it_right);
  const kinds = [["right", root.texts.right], ["wrong", root.texts.wrong], ["missing", root.texts.missing_something]];
  for (const [kind, words] of kinds) {
    const button = action(words);
    button.dataset.says = kind;
    button.onclick = () => {
      const pressed = button.getAttribute("aria-pressed") === "true";
      sayOf(item.edits, "", pressed ? "" : kind, "", root);
    };
    group.append(button);
  }
  return group;
}

function sayOf(turn, cite, kind, note, root) {
  root.send("feedback", { turn, cite, kind, note });
  root.tell(kind ? root.texts.thanks : root.texts.thanks_taken_back);
}

// Below the checks of a sentence, each of its sources can be said to be wrong, once the answer is finished.
function badCitations(claim, root) {
  if (root.readOnly) return null;
  const buttons = claim.cites.map((cite) => {
    const button = action(claim.cites.length > 1 ? `${root.texts.bad_citation} ${cite.mark}` : root.texts.bad_citation);
    button.setAttribute("aria-label", say(root.texts.bad_citation_named, cite));
    button.dataset.says = "bad citation";
    button.dataset.of = cite.cite;
    button.onclick = () => {
      const pressed = button.getAttribute("aria-pressed") === "true";
      sayOf(button.closest("article").dataset.id, cite.cite, pressed ? "" : "bad citation", "", root);
    };
    return button;
  });
  return el("p", { className: "bad-citations" }, ...buttons);
}

// Brings what is pressed, and the field for a note, up to date with what was said.
function showOpinions(node, said, root) {
  for (const button of node.querySelectorAll("[data-says]")) {
    const given = said[button.dataset.of || ""];
    button.setAttribute("aria-pressed", String(given?.kind === button.dataset.says));
  }
  const ended = Object.values(said).filter((each) => each.settled);
  node.querySelector(".settlements")?.replaceChildren(...ended.map((each) => el("p", { className: "settled" }, icon("note"), el("span", {}, each.settled))));
  const place = node.querySelector(".opinion");
  if (!place) return;
  const given = said[""];
  if (!given) return place.replaceChildren();
  if (place.dataset.kind === given.kind && place.children.length) return;
  place.dataset.kind = given.kind;
  const note = el("textarea", { value: given.note, rows: 2, maxLength: 1000 });
  const label = el("label", {}, el("span", {}, root.texts.note), note);
  const form = el("form", {}, label, el("button", { className: "again", type: "submit" }, root.texts.save_note));
  form.onsubmit = (event) => {
    event.preventDefault();
    sayOf(node.dataset.id, "", place.dataset.kind, note.value, root);
    thanked.textContent = root.texts.thanks;
  };
  const thanked = el("p", { className: "thanked" }, root.texts.thanks);
  place.replaceChildren(thanked, given.kind === "right" && !given.note ? "" : form);
}
