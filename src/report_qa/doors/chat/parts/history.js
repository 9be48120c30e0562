// Lists a reader's conversations by the day of their last question, to search, open, name or delete.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".history");
  if (!root) {
    root = el("div", { className: "history" });
    root.append(searching(root, data.sought), el("div", { className: "days" }), el("p", { className: "said", role: "status" }));
    parentElement.append(root);
  }
  root.send = setTriggerValue;
  root.texts = data.texts;
  const [search, days] = root.children;
  search.hidden = !data.conversations.length && !data.sought;
  named(search.firstChild, data.texts.search);
  search.firstChild.placeholder = data.texts.search;
  const groups = byDay(data.conversations, root);
  keep(days, groups, (group) => fill(dayOf(group), group, data, root), (node, group) => fill(node, group, data, root));
  if (!groups.length) days.append(el("p", { className: "none" }, data.sought ? data.texts.none_found : data.texts.none));
  for (const button of days.querySelectorAll(".open")) {
    button.setAttribute("aria-current", String(button.closest("li").dataset.id === data.shown));
  }
}

function searching(root, sought) {
  const input = el("input", { type: "search", maxLength: 200, value: sought });
  const form = el("form", { role: "search" }, input);
  let waits;
  let sent = sought;
  const send = () => {
    clearTimeout(waits);
    if (input.value !== sent) root.send("search", (sent = input.value));
  };
  input.oninput = () => {
    clearTimeout(waits);
    waits = setTimeout(send, 300);
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    send();
  };
  return form;
}

// The days are the reader's own, not the server's.
function byDay(entries, root) {
  const groups = new Map();
  for (const entry of entries) {
    const day = dayNamed(new Date(entry.at), root);
    if (!groups.has(day)) groups.set(day, { id: day, entries: [] });
    groups.get(day).entries.push(entry);
  }
  return [...groups.values()];
}

function dayNamed(at, root) {
  const dayOf = (date) => date.toLocaleDateString("en-CA");
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  if (dayOf(at) === dayOf(new Date())) return root.texts.today;
  if (dayOf(at) === dayOf(yesterday)) return root.texts.yesterday;
  return at.toLocaleDateString(spoken(), { day: "numeric", month: "long", year: "numeric" });
}

// English is written as in the rest of the page, other languages as the browser does.
function spoken() {
  return document.documentElement.lang.startsWith("en") ? "en-GB" : undefined;
}

function dayOf(group) {
  return el("section", {}, el("h2", {}, group.id), el("ul", {}));
}

function fill(section, group, data, root) {
  keep(section.lastChild, group.entries, (entry) => item(entry, root));
  return section;
}

function item(entry, root) {
  const { texts } = root;
  const open = el("button", { className: "open", type: "button" }, el("span", {}, entry.title));
  if (entry.found) open.append(el("small", { className: "found" }, entry.found));
  open.append(el("small", {}, `${entry.questions} · ${new Date(entry.at).toLocaleTimeString(spoken(), { hour: "2-digit", minute: "2-digit" })}`));
  open.onclick = () => root.send("open", entry.id);
  const rename = el("button", { className: "does", type: "button" }, texts.rename);
  named(rename, say(texts.rename_named, entry));
  const drop = el("button", { className: "does", type: "button" }, texts.delete);
  named(drop, say(texts.delete_named, entry));
  const node = el("li", {}, open, rename, drop);
  const back = (to) => {
    node.className = "";
    node.replaceChildren(open, rename, drop);
    to.focus();
  };
  rename.onclick = () => instead(node, naming(entry, root, () => back(rename)));
  drop.onclick = () => instead(node, asking(entry, root, () => back(drop)));
  return node;
}

function instead(node, form) {
  node.className = "asks";
  node.replaceChildren(form);
  form.querySelector("[data-first]").focus();
}

function naming(entry, root, back) {
  const { texts } = root;
  const input = el("input", { type: "text", value: entry.title, maxLength: 120 });
  input.dataset.first = "";
  named(input, texts.name);
  const form = el("form", {}, input, el("button", { type: "submit" }, texts.save), closing(texts.cancel, back));
  form.onsubmit = (event) => {
    event.preventDefault();
    root.send("rename", { id: entry.id, name: input.value });
    root.lastChild.textContent = texts.renamed;
    back();
  };
  return form;
}

function asking(entry, root, back) {
  const { texts } = root;
  const sure = el("button", { className: "sure", type: "button" }, texts.delete);
  sure.onclick = () => {
    root.send("delete", entry.id);
    root.lastChild.textContent = texts.deleted;
    root.querySelector("input").focus();
  };
  const no = closing(texts.keep, back);
  no.dataset.first = "";
  return el("div", { role: "group" }, el("p", {}, sayCount(texts, "sure", entry.count)), sure, no);
}

function closing(words, back) {
  const button = el("button", { type: "button" }, words);
  button.onclick = back;
  return button;
}

function named(node, words) {
  node.setAttribute("aria-label", words);
}
