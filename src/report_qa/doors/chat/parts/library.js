// Shows the library: the ways between its views, and one of them. A click asks for another place by its address; what is found,
// sorted or unfolded in a view stays in the browser. Text is written with textContent only.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".library");
  if (!root) {
    root = el("div", { className: "library" });
    root.append(el("nav", {}), el("div", { className: "shown" }), el("div", { className: "unseen", role: "status" }));
    parentElement.append(root);
  }
  root.send = setTriggerValue;
  root.texts = data.texts;
  const [ways, shown] = root.children;
  const signature = JSON.stringify({ ...data, selected: "" });
  if (root.signature !== signature) {
    const before = root.place;
    root.signature = signature;
    root.place = data.place;
    drawWays(ways, data, root);
    const nodes = VIEWS[data.view](data, root, before === data.place);
    if (nodes) shown.replaceChildren(...nodes.filter(Boolean));
    if (before !== undefined && before !== data.place) arrive(shown);
  }
  press(root, data.selected);
  returnFocus(root, data.selected);
}

const VIEWS = {
  documents: showDocuments,
  document: showDocument,
  compare: showComparison,
  search: showSearch,
  editions: showEditions,
  unread: showUnread,
  failure: showFailure,
};
const BELONGS_TO = { document: "documents", compare: "documents" };

function drawWays(ways, data, root) {
  const texts = root.texts;
  ways.setAttribute("aria-label", texts.views);
  const places = [
    ["documents", texts.documents],
    ["search", texts.search],
    ["editions", texts.editions],
  ];
  // None for whoever does not look after the library.
  if (data.unread !== null) places.push(["unread", data.unread ? say(texts.unread_counted, { count: data.unread }) : texts.unread]);
  const here = BELONGS_TO[data.view] || data.view;
  ways.replaceChildren(
    ...places.map(([view, name]) => {
      const link = way(root, { view }, name);
      if (view === here) link.setAttribute("aria-current", "page");
      return link;
    }),
  );
}

// A link within the library. It is a real one, so that it opens in another tab too; a plain click needs no new page.
function way(root, place, name, properties = {}) {
  const set = Object.entries(place).filter(([key, value]) => value && !(key === "view" && value === "documents"));
  const query = new URLSearchParams(set).toString();
  const link = el("a", { href: within(`/library${query ? `?${query}` : ""}`), ...properties }, name);
  link.onclick = (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    root.send("go", query || "view=documents");
  };
  return link;
}

// Who went somewhere begins to read at its top.
function arrive(shown) {
  const title = shown.querySelector("h1");
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  shown.getRootNode().host?.closest(".st-key-turns")?.scrollTo({ top: 0 });
}

function announce(root, words) {
  root.lastChild.textContent = words;
}

function title(words) {
  return el("h1", {}, words);
}

function badge(words, className) {
  return el("span", { className: `badge ${className}` }, words);
}

// A table whose rows become cards where there is no room for columns; the roles stay what they are.
function table(className, columns, rows) {
  const head = el("tr", { role: "row" }, ...columns.map((column) => el("th", { scope: "col", role: "columnheader" }, column)));
  const names = columns.map((column) => (typeof column === "string" ? column : column.dataset.name || column.textContent));
  const body = rows.map((cells) =>
    el(
      "tr",
      { role: "row" },
      ...cells.map((cell, place) => {
        const node = place ? el("td", { role: "cell" }, cell) : el("th", { scope: "row", role: "rowheader" }, cell);
        node.dataset.label = names[place];
        return node;
      }),
    ),
  );
  return el(
    "table",
    { className: `cards ${className}`, role: "table" },
    el("thead", { role: "rowgroup" }, head),
    el("tbody", { role: "rowgroup" }, ...body),
  );
}

function field(name, control) {
  return el("label", { className: "field" }, el("span", {}, name), control);
}

function choice(name, options, chosen) {
  const node = el("select", { name }, ...options.map(([value, words]) => el("option", { value, selected: value === chosen }, words)));
  node.value = chosen;
  return node;
}

function sized(bytes, texts) {
  if (bytes === null) return texts.size_unknown;
  if (bytes < 1e6) return say(texts.size_kb, { size: Math.max(1, Math.round(bytes / 1e3)).toLocaleString("en") });
  return say(texts.size_mb, { size: (bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 }) });
}

// Marked and unmarked runs of words; cells of a table's row are set apart as people write them.
function marked(runs, tag) {
  return runs.map(([words, mark]) => {
    const written = words.replaceAll(" | ", " · ");
    return mark ? el(tag, {}, written) : written;
  });
}

function showFailure(data, root) {
  return [title(root.texts.documents), el("p", { className: "problem" }, data.lead)];
}
