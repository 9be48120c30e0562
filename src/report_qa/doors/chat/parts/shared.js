// What a link shows above the answers that were shared: what it is, when and from which edition, and what has changed since.
// A shared quotation and a comparison are shown here whole. Text is written with textContent only.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".shared");
  if (!root) parentElement.append((root = el("section", { className: "conversation shared" })));
  root.send = setTriggerValue;
  root.texts = data.texts;
  root.exporting = data.exporting;
  root.readOnly = true;
  const signature = JSON.stringify({ ...data, selected: "" });
  if (root.signature !== signature) {
    root.signature = signature;
    root.replaceChildren(...(data.absent ? absent(data) : [head(data), exported(data, root), quotes(data, root), comparison(data, root)]).filter(Boolean));
  }
  press(root, data.selected);
  returnFocus(root, data.selected);
}

function absent(data) {
  return [el("h1", {}, data.title), el("p", { className: "lead" }, data.hint)];
}

function head(data) {
  return el(
    "header",
    {},
    data.title ? el("p", { className: "kind" }, data.kind) : null,
    el("h1", {}, data.title || data.kind),
    el("p", { className: "meta" }, data.when),
    el("p", { className: data.changed ? "news changed" : "news" }, icon(data.changed ? "note" : "supported"), el("span", {}, data.news)),
  );
}

// What is not one answer, whose own foot exports it: the quotations alone, for what was asked is not the reader's.
function exported(data, root) {
  if (!data.choosable?.length) return null;
  const chosen = (count) => sayCount(root.texts, "export_quotations", count);
  const button = exportButton({ named: root.texts.export_shared, path: "", sources: data.choosable, chosen }, root);
  return el("div", { className: "exported" }, button, button.opens);
}

function quotes(data, root) {
  if (!data.quotes) return null;
  return el("div", { className: "quotes" }, ...data.quotes.map((quote) => quotation(quote, root)));
}

function quotation(quote, root) {
  const words = quote.table ? rowOf(quote.table) : el("p", {}, el("q", {}, quote.quote));
  const source = el("button", { className: "from", type: "button" }, el("span", {}, quote.source));
  source.setAttribute("aria-label", say(root.texts.open_source, { words: quote.quote }) + `: ${quote.source}`);
  return el("blockquote", {}, words, citing(source, quote.cite, root), changeNotes([quote], root));
}

function rowOf({ caption, heads, rows }) {
  const table = el(
    "table",
    {},
    caption ? el("caption", {}, caption) : null,
    el("thead", {}, el("tr", {}, ...heads.map((name) => el("th", { scope: "col" }, name)))),
    el(
      "tbody",
      {},
      ...rows.map((cells) => el("tr", {}, ...cells.map((cell, place) => el(place ? "td" : "th", place ? {} : { scope: "row" }, cell)))),
    ),
  );
  return el("div", { className: "wide", tabIndex: 0 }, table);
}

function comparison(data, root) {
  if (!data.rows) return null;
  const rows = data.rows.map((row) =>
    el(
      "section",
      { className: "row" },
      row.heading ? el("h2", {}, row.heading) : null,
      el("div", { className: "columns" }, ...row.cells.map((cell, place) => column(data.columns[place], cell, root))),
    ),
  );
  return el("div", { className: "comparison" }, ...rows);
}

function column(name, cell, root) {
  const words = cell.length ? cell.map((quote) => quotation(quote, root)) : [el("p", { className: "none" }, root.texts.no_quotes)];
  return el("div", { className: "column" }, el("h3", {}, name), ...words);
}
