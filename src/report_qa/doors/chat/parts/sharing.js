// The dialog: what is about to be shared, the link once it is made, and a reader's links, each of which can be withdrawn. The
// link's secret stands here alone, never in the address. Text is written with textContent only.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".sharing");
  if (!root) {
    root = make("div", "sharing");
    root.append(make("div", "what"), make("div", "links"), Object.assign(make("p", "unseen"), { role: "status" }));
    parentElement.append(root);
  }
  const [what, links, status] = root.children;
  const { texts } = data;
  const signature = JSON.stringify([data.what, data.link, data.problem]);
  if (root.signature !== signature) {
    root.signature = signature;
    what.replaceChildren(...(data.what ? offer(data, setTriggerValue) : [make("p", "quiet", texts.nothing)]));
    if (data.problem) what.append(Object.assign(make("p", "problem", data.problem), { role: "alert" }));
    if (data.link) {
      status.textContent = texts.made;
      // What was pressed has become the link: whoever goes by the keyboard goes on from there.
      what.querySelector("button").focus();
    }
  }
  const listed = JSON.stringify(data.links);
  if (root.listed === listed) return;
  if (root.count > data.links.length) {
    status.textContent = texts.gone;
    requestAnimationFrame(() => (links.querySelector("button") || links.querySelector("h3")).focus());
  }
  root.listed = listed;
  root.count = data.links.length;
  const title = make("h3", "", texts.links);
  title.tabIndex = -1;
  const list = make("ul");
  list.append(...data.links.map((entry) => line(entry, texts, setTriggerValue)));
  links.replaceChildren(title, data.links.length ? list : make("p", "quiet", texts.none));
}

function offer(data, send) {
  const { what, texts } = data;
  const parts = [make("p", "quiet", what.lead), make("p", "title", what.title)];
  if (what.note) parts.push(make("p", "quiet", what.note));
  if (data.link) return [...parts, ...made(location.origin + within(data.link), texts)];
  const button = make("button", "main", texts.make);
  button.onclick = () => {
    // One that is disabled would lose the focus to nowhere.
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    send("make", true);
  };
  return [...parts, make("p", "", texts.open_to), make("p", "", what.withdrawn), button];
}

function made(address, texts) {
  const label = make("label", "", texts.link);
  const field = make("input");
  field.readOnly = true;
  field.value = address;
  field.onfocus = () => field.select();
  label.append(field);
  const button = make("button", "main", texts.copy);
  button.onclick = async () => {
    button.textContent = (await copied(address, field)) ? texts.copied : texts.not_copied;
    setTimeout(() => (button.textContent = texts.copy), 2400);
  };
  return [make("p", "", texts.made), label, button];
}

async function copied(address, field) {
  try {
    await navigator.clipboard.writeText(address);
    return true;
  } catch {
    field.focus();
    return document.execCommand("copy");
  }
}

function line(entry, texts, send) {
  const drop = make("button", "drop", texts.withdraw);
  drop.setAttribute("aria-label", say(texts.withdraw_named, entry));
  let sure = false;
  drop.onclick = () => {
    if (sure) return send("revoke", entry.id);
    sure = true;
    drop.textContent = texts.sure;
    drop.setAttribute("aria-label", `${texts.sure}: ${entry.title}`);
    setTimeout(() => {
      sure = false;
      drop.textContent = texts.withdraw;
      drop.setAttribute("aria-label", say(texts.withdraw_named, entry));
    }, 4000);
  };
  const words = make("div", "entry");
  words.append(make("span", "", entry.title), make("small", "quiet", entry.note));
  const node = make("li");
  node.append(words, drop);
  return node;
}

function make(tag, className = "", words = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = words;
  if (tag === "button") node.type = "button";
  return node;
}
