// Shows the turns of a conversation. Every string is written with textContent, so nothing in it can become an element.
// Called at each run of the page; turns that did not change keep their elements, and with them focus and selection.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".conversation");
  if (!root) {
    root = el("div", { className: "conversation" });
    root.append(
      el("div", { className: "turns" }),
      el("div", { className: "unseen", role: "status", ariaLive: "polite" }),
    );
    parentElement.append(root);
    // Opening the evidence narrows the conversation: what was clicked stays in view.
    new ResizeObserver(() => pressed(root)?.scrollIntoView({ block: "nearest" })).observe(root);
  }
  root.send = setTriggerValue;
  const [list, status] = root.children;
  const items = data.opening ? [{ id: "opening", kind: "opening", ...data.opening }] : [...data.turns];
  if (data.earlier) items.unshift({ id: "earlier", kind: "earlier", count: data.earlier });
  const before = new Map([...list.children].map((node) => [node.dataset.id, node]));
  const first = before.size === 0;
  const nodes = items.map((item) => {
    const signature = JSON.stringify(item);
    const kept = before.get(item.id);
    if (kept && kept.signature === signature) return kept;
    const node = el("article", { className: `turn ${item.kind}` }, ...(BODY[item.kind] || BODY.note)(item, root));
    node.dataset.id = item.id;
    node.signature = signature;
    return node;
  });
  const added = nodes.filter((node) => !before.has(node.dataset.id));
  // Moving an element that stays would take the focus from what is in it.
  nodes.forEach((node, place) => {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] || null);
  });
  while (list.children.length > nodes.length) list.lastChild.remove();
  for (const button of list.querySelectorAll("[data-cite]")) {
    button.setAttribute("aria-pressed", String(button.dataset.cite === data.selected));
  }
  returnFocus(root, data.selected);
  // Only what came at the end moves the view: earlier turns that were asked for appear above it.
  if (added.length && added.includes(nodes[nodes.length - 1]) && !data.opening) reveal(nodes[nodes.length - 1]);
  const last = items[items.length - 1];
  // A screen reader is told of a finished answer once, not of its coming about, nor of old ones after a reload.
  if (!first && added.length && last.copy) status.textContent = last.copy;
  else if (added.length && last && last.kind === "failure") status.textContent = last.lead;
}

const BODY = {
  opening: (item, root) => [
    el("h1", {}, item.title),
    el("p", { className: "lead" }, item.lead),
    item.examples.length ? el("h2", {}, "Try one of these") : null,
    el("div", { className: "examples" }, ...item.examples.map((question) => asking(question, "example", root))),
  ],
  earlier: (item, root) => {
    const button = el("button", { className: "again", type: "button" }, `Show earlier questions (${item.count})`);
    button.onclick = () => root.send("earlier", true);
    return [button];
  },
  pending: (item) => [asked(item), el("p", { className: "shimmer" }, item.lead)],
  answer: (item, root) => [
    asked(item),
    understood(item, root),
    el("div", { className: "answer" }, ...item.groups.map((group) => quotations(group, root)), ...item.missing.map(missing)),
    item.notice ? el("p", { className: "missing", role: "status" }, item.notice) : null,
    foot(item),
  ],
  refusal: (item, root) => [
    asked(item),
    understood(item, root),
    el("p", { className: "verdict" }, item.lead),
    item.searched ? el("p", { className: "small" }, item.searched) : null,
    item.nearest.length ? el("h3", { className: "label" }, "Nearest passages, not an answer") : null,
    el("ul", { className: "nearest" }, ...item.nearest.map((near) => el("li", {}, nearest(near, root)))),
    foot(item),
  ],
  note: (item, root) => [
    asked(item),
    el("p", { className: "plain" }, item.lead),
    el("div", { className: "examples" }, ...(item.choices || []).map((choice) => asking(choice, "example", root))),
  ],
  failure: (item, root) => [
    asked(item),
    el("p", { className: "problem" }, item.lead),
    item.retry ? asking(item.question, "again", root, "Ask again") : null,
  ],
};

function asked(item) {
  return el("h2", { className: "question" }, el("span", { className: "unseen" }, "Question: "), item.question);
}

// What a follow-up was taken to ask can be put right, and is asked anew.
function understood(item, root) {
  if (!item.understood) return null;
  const line = el("div", { className: "small understood" });
  const change = el("button", { className: "copy", type: "button" }, "Change");
  change.onclick = () => {
    const input = el("input", { type: "text", value: item.understood, ariaLabel: "The question as it is to be asked" });
    const form = el("form", {}, input, el("button", { className: "again", type: "submit" }, "Ask this"));
    form.onsubmit = (event) => {
      event.preventDefault();
      if (input.value.trim()) root.send("ask", input.value.trim());
    };
    input.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      form.replaceWith(line);
      change.focus();
    };
    line.replaceWith(form);
    input.focus();
  };
  line.append(`Understood as: ${item.understood} `, change);
  return line;
}

function quotations(group, root) {
  const badge = group.role === "report" ? "Report" : "Evidence";
  const standing = group.standing ? el("span", { className: "badge old" }, group.standing) : "";
  return el(
    "section",
    { className: "group" },
    el("h3", { className: "source" }, el("span", { className: `badge ${group.role}` }, badge), group.title, " ", standing),
    ...group.claims.map((claim) => quotation(claim, root)),
  );
}

function quotation(claim, root) {
  const cites = claim.cites.map((cite) => citation(cite, root));
  if (!claim.table) return el("blockquote", {}, el("p", {}, el("q", {}, claim.text), " ", ...cites));
  const { caption, heads, cells } = claim.table;
  const table = el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, el("tr", {}, ...cells.map((cell, place) => (place ? el("td", {}, cell) : el("th", { scope: "row" }, cell))))),
  );
  const label = el("p", { className: "caption" }, caption || "Row of a table", " ", ...cites);
  return el("blockquote", { className: "tabular" }, label, el("div", { className: "wide", tabIndex: 0 }, table));
}

function missing(part) {
  return el("p", { className: "missing" }, el("b", {}, "Not in the documents: "), part);
}

function citation(cite, root) {
  const place = cite.page ? el("span", { className: "page" }, cite.page) : null;
  const button = el("button", { className: "cite", type: "button", title: cite.label }, cite.mark, place);
  button.setAttribute("aria-label", `Source ${cite.mark}: ${cite.label}`);
  button.dataset.cite = cite.cite;
  button.onclick = () => root.send("cite", cite.cite);
  return button;
}

function nearest(near, root) {
  const button = el(
    "button",
    { className: "near", type: "button" },
    el("span", { className: "near-source" }, `${near.title}, ${near.place}${near.standing ? ` · ${near.standing}` : ""}`),
    el("span", { className: "near-words" }, near.quote.replaceAll(" | ", ", ")),
  );
  button.dataset.cite = near.cite;
  button.onclick = () => root.send("cite", near.cite);
  return button;
}

function asking(question, className, root, label) {
  const button = el("button", { className, type: "button" }, label || question);
  button.onclick = () => root.send("ask", question);
  return button;
}

function foot(item) {
  const copy = el("button", { className: "copy", type: "button" }, "Copy");
  copy.setAttribute("aria-label", "Copy this answer with its sources");
  copy.onclick = async () => {
    await copyText(item.copy);
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy"), 1600);
  };
  return el("p", { className: "foot" }, el("span", {}, item.foot), copy);
}

function pressed(root) {
  return root.querySelector('[data-cite][aria-pressed="true"]');
}

function returnFocus(root, selected) {
  const last = root.selected;
  root.selected = selected;
  if (!last || selected) return;
  // What had the focus in the evidence goes with it, a few frames from now; the reader goes on where it was opened.
  let frames = 60;
  const look = () => {
    if (root.selected) return;
    if (document.activeElement === document.body) {
      root.querySelector(`[data-cite="${CSS.escape(last)}"]`)?.focus({ preventScroll: true });
    } else if (document.querySelector(".st-key-sheet") && frames--) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

function reveal(turn) {
  // Beside the page's own layout, whose heights are known one frame later.
  requestAnimationFrame(() => turn.scrollIntoView({ block: "start", behavior: "instant" }));
}

async function copyText(text) {
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

function el(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
