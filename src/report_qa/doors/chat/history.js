// Lists a reader's conversations, to open or delete. Text is written with textContent only.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector("ul");
  if (!root) parentElement.append((root = document.createElement("ul")));
  root.replaceChildren(...data.conversations.map((entry) => item(entry, data.shown, setTriggerValue)));
  if (!data.conversations.length) root.append(text("li", "No questions yet."));
}

function item(entry, shown, send) {
  const open = text("button", entry.title, "open");
  open.setAttribute("aria-current", String(entry.id === shown));
  open.append(text("small", entry.note));
  open.onclick = () => send("open", entry.id);
  const drop = text("button", "Delete", "delete");
  drop.setAttribute("aria-label", `Delete the conversation “${entry.title}”`);
  let sure = false;
  drop.onclick = () => {
    if (sure) return send("delete", entry.id);
    sure = true;
    drop.textContent = "Sure?";
    setTimeout(() => ((sure = false), (drop.textContent = "Delete")), 3000);
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
