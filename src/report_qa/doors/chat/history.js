// Lists a reader's conversations, to open or delete. Text is written with textContent only.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector("ul");
  if (!root) parentElement.append((root = document.createElement("ul")));
  root.replaceChildren(...data.conversations.map((entry) => item(entry, data, setTriggerValue)));
  if (!data.conversations.length) root.append(text("li", data.texts.none));
}

function item(entry, { shown, texts }, send) {
  const open = text("button", entry.title, "open");
  open.setAttribute("aria-current", String(entry.id === shown));
  open.append(text("small", entry.note));
  open.onclick = () => send("open", entry.id);
  const drop = text("button", texts.delete, "delete");
  drop.setAttribute("aria-label", say(texts.delete_named, entry));
  let sure = false;
  drop.onclick = () => {
    if (sure) return send("delete", entry.id);
    sure = true;
    drop.textContent = texts.sure;
    setTimeout(() => ((sure = false), (drop.textContent = texts.delete)), 3000);
  };
  const node = document.createElement("li");
  node.append(open, drop);
  return node;
}

function text(tag, words, className = "") {
  const node = document.createElement(tag);
  node.textContent = words;
  node.className = className;
  if (tag === "button") node.type = "button";
  return node;
}
