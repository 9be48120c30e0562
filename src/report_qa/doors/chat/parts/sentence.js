// What shows sentences shares: citations, passages, and the mark of a checked sentence with its checks.
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

function checksTable(mark, { texts }) {
  if (!mark.checks.length) return el("div", { className: "checks" }, el("p", {}, texts.no_checks));
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
  let frames = 300;
  const look = () => {
    if (root.selected) return;
    if (document.activeElement === document.body) {
      root.querySelector(`[data-cite="${CSS.escape(last)}"]`)?.focus({ preventScroll: true });
    } else if (document.querySelector(".st-key-sheet") && frames--) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
