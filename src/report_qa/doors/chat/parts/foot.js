// The foot of an answer: where it is from, and what can be done with it.
const ACTIONS = [copying, sharing, exportAction, bySourceAction, opinions];

function foot(item, root) {
  const by = item.by ? el("span", { className: "by" }, item.by) : null;
  const buttons = ACTIONS.map((action) => action(item, root)).filter(Boolean);
  const panels = buttons.map((button) => button.opens).filter(Boolean);
  const actions = el("div", { className: "actions", role: "group" }, ...buttons);
  actions.setAttribute("aria-label", root.texts.actions);
  return el("footer", { className: "foot" }, el("p", {}, by, el("span", {}, item.foot)), actions, ...panels, el("div", { className: "settlements" }), el("div", { className: "opinion" }));
}

function action(words, label) {
  const button = el("button", { className: "copy", type: "button" }, words);
  if (label) button.setAttribute("aria-label", label);
  return button;
}

function sharing(item, root) {
  return shareButton(item.turn || item.id, root);
}

function copying(item, root) {
  const button = action(root.texts.copy, root.texts.copy_named);
  button.onclick = async () => {
    await copyCited(item.cited);
    button.textContent = root.texts.copied;
    root.tell(root.texts.copied);
    setTimeout(() => (button.textContent = root.texts.copy), 1600);
  };
  return button;
}

// As text, and for those who paste it into a document with its links. Its elements are made like all others: of text.
async function copyCited(cited) {
  const links = (source) => source.links.map((link) => ({ ...link, address: new URL(link.address.startsWith("/") ? within(link.address) : link.address, location.origin).href }));
  const lines = [...cited.lines];
  const rich = el("div", {}, ...cited.lines.map((line) => el("p", {}, line)));
  for (const source of cited.sources) {
    lines.push([source.words, ...links(source).map((link) => link.address)].join(" "));
    const all = links(source).flatMap((link) => [" ", el("a", { href: link.address }, link.words)]);
    rich.append(el("p", {}, source.words, ...all));
  }
  for (const line of cited.after) {
    lines.push(line);
    rich.append(el("p", {}, line));
  }
  await copyText(lines.join("\n"), rich.outerHTML);
}

async function copyText(text, html) {
  try {
    const as = (type, words) => new Blob([words], { type });
    const both = { "text/plain": as("text/plain", text), "text/html": as("text/html", html) };
    await navigator.clipboard.write([new ClipboardItem(both)]);
  } catch {
    await copyPlain(text);
  }
}

async function copyPlain(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
