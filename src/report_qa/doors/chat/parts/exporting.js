// The panel that exports the whole conversation, opened from the line at the top. Text is written with textContent only.
export default function show({ data, parentElement }) {
  let root = parentElement.querySelector(".exporting");
  const opens = !root;
  if (opens) parentElement.append((root = el("div", { className: "exporting" })));
  Object.assign(root, { texts: data.texts, exporting: data.exporting });
  // Made anew only when there is more to export: what was unticked stays so while the page is drawn again.
  keep(root, [{ ...data.what, id: data.what ? data.what.conversation : "nothing" }], (what) => el("div", {}, ofConversation(what, root)));
  if (opens) goInto(root);
}

// What opens stands at the page's very end, many keys away from its button: the focus goes into it, and back with Escape.
function goInto(root) {
  const opener = document.querySelector('.st-key-masthead button[aria-expanded="true"]');
  if (!opener) return;
  root.tabIndex = -1;
  root.onkeydown = (event) => {
    if (event.key === "Escape") requestAnimationFrame(() => opener.focus());
  };
  requestAnimationFrame(() => {
    if ([opener, document.body].includes(document.activeElement)) root.focus({ preventScroll: true });
  });
}

function ofConversation(what, root) {
  const { texts } = root;
  if (!what.conversation) return el("p", { className: "export-nothing" }, texts.export_nothing);
  const told = {
    named: texts.export_conversation,
    path: `/export/conversation/${encodeURIComponent(what.conversation)}`,
    sources: what.choosable,
    whole: sayCount(texts, "export_whole_conversation", what.answers),
    chosen: (count) => sayCount(texts, "export_chosen_there", count),
  };
  return exportPanel(told, root);
}
