// What shows sentences shares: elements, citations, the mark of a checked sentence with its checks, and lists that keep
// the elements of what did not change. Every string is written with textContent, so nothing in it can become an element.
const ICONS = {
  supported: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "m8.2 12.2 2.6 2.6 5-5.4"],
  contradicted: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "m9 9 6 6", "m15 9-6 6"],
  not_found: ["M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z", "m15.3 15.3 5 5", "M8 10.5h5"],
  not_a_claim: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "M8.5 12h7"],
  note: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "M12 11v5.2", "M12 7.8v.1"],
  more: ["m9 6 6 6-6 6"],
};

function el(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", `icon ${name}`);
  drawing.setAttribute("aria-hidden", "true");
  for (const line of ICONS[name]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", line);
    drawing.append(path);
  }
  return drawing;
}

// Makes the children of a list those of the items, each by its id. One that did not change keeps its element, and with it
// focus, selection and what is opened in it; `change` may bring an element up to date instead of having it made anew.
function keep(list, items, make, change) {
  const before = new Map([...list.children].map((node) => [node.dataset.id, node]));
  const nodes = items.map((item) => {
    const signature = JSON.stringify(item);
    const kept = before.get(item.id);
    if (kept && kept.signature === signature) return kept;
    const node = (kept && change && change(kept, item)) || make(item);
    node.dataset.id = item.id;
    node.signature = signature;
    return node;
  });
  // Moving an element that stays would take the focus from what is in it.
  nodes.forEach((node, place) => {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] || null);
  });
  while (list.children.length > nodes.length) list.lastChild.remove();
  return nodes.filter((node) => !before.has(node.dataset.id));
}

function citation(cite, root) {
  const place = cite.page ? el("span", { className: "page" }, cite.page) : null;
  const button = el("button", { className: "cite", type: "button", title: cite.label }, cite.mark, place);
  button.setAttribute("aria-label", say(root.texts.source, cite));
  return citing(button, cite.cite, root);
}

function passage(found, root) {
  const button = el(
    "button",
    { className: "near", type: "button" },
    el("span", { className: "near-source" }, `${found.title}, ${found.place}${found.standing ? ` · ${found.standing}` : ""}`),
    el("span", { className: "near-words" }, found.quote.replaceAll(" | ", ", ")),
  );
  return citing(button, found.cite, root);
}

function citing(button, cite, root) {
  button.dataset.cite = cite;
  button.onclick = () => root.send("cite", cite);
  return button;
}

function press(root, selected) {
  for (const button of root.querySelectorAll("[data-cite]")) {
    button.setAttribute("aria-pressed", String(button.dataset.cite === selected));
  }
}

function pressed(root) {
  return root.querySelector('[data-cite][aria-pressed="true"]');
}

// The small mark behind a sentence that was checked, and what it opens.
function checkedMark(mark, root) {
  const names = [...new Set(mark.checks.map((check) => check.name.toLowerCase()))];
  const said = say(root.texts.checked, { verdict: mark.word.toLowerCase() });
  const button = el("button", { className: "mark", type: "button" }, icon(mark.verdict));
  button.setAttribute("aria-label", say(root.texts.show_checks, { checked: said }));
  button.title = names.length ? `${said} (${names.join(", ")})` : said;
  const panel = checksTable(mark, root);
  panel.hidden = true;
  return [discloses(button, panel), panel];
}

function discloses(button, panel) {
  const set = (open) => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  set(false);
  button.onclick = () => set(panel.hidden);
  panel.onkeydown = button.onkeydown = (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    event.stopPropagation();
    set(false);
    button.focus();
  };
  return button;
}

function checksTable(mark, { texts }) {
  if (!mark.checks.length) return el("p", { className: "checks" }, texts.no_checks);
  const head = el("tr", {}, ...[texts.check, texts.in_sentence, texts.in_sources].map((name) => el("th", { scope: "col" }, name)));
  head.append(el("td", {}, el("span", { className: "unseen" }, texts.result)));
  const rows = mark.checks.map((check) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, check.name),
      el("td", {}, check.claimed),
      el("td", {}, check.found),
      el("td", { className: check.passed ? "passed" : "failed" }, check.passed ? texts.agrees : texts.fails),
    ),
  );
  const table = el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows));
  return el("div", { className: "checks" }, table);
}

// A verdict in colour, icon and word.
function verdict(name, word) {
  return el("span", { className: `verdict-word ${name}` }, icon(name), word);
}

// The reader goes on where the evidence was opened.
function returnFocus(root, selected) {
  const last = root.selected;
  root.selected = selected;
  if (!last || selected) return;
  // What had the focus in the evidence goes with it, a few frames from now.
  let frames = 60;
  const look = () => {
    if (root.selected) return;
    if (document.activeElement === document.body) {
      root.querySelector(`[data-cite="${CSS.escape(last)}"]`)?.focus({ preventScroll: true });
    } else if (document.querySelector(".st-key-sheet") && frames--) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
