// Two editions of a document side by side: the figures that changed first, then every difference, with what stayed folded away.
const PARTS_AT_ONCE = 300;

function showComparison(data, root) {
  const texts = root.texts;
  const back = el("p", { className: "back" }, way(root, { view: "document", document: data.document }, texts.back_to_document));
  const pick = data.versions.length > 1 ? comparePicker(data.document, data.versions, root, data.chosen) : null;
  if (!data.compared) return [back, title(texts.compare_title), pick, el("p", { className: "problem" }, data.problem)];
  const { before, after, counts, figures, parts } = data.compared;
  const said = [
    counts.changed && sayCount(texts, "changes_changed", counts.changed),
    counts.added && sayCount(texts, "changes_added", counts.added),
    counts.removed && sayCount(texts, "changes_removed", counts.removed),
    counts.moved && sayCount(texts, "changes_moved", counts.moved),
  ].filter(Boolean);
  const lead = said.length
    ? say(texts.differ, { what: said.join(", ") })
    : data.compared.same_file
      ? texts.same_file
      : texts.same_words;
  return [
    back,
    title(say(texts.compare_named, { title: after.title })),
    pick,
    el("p", { className: "lead" }, lead),
    data.compared.shareable ? shareButton(root) : null,
    ...(figures.length ? [el("h2", {}, texts.figures_first), figureTable(figures, root)] : []),
    ...(said.length ? [el("h2", {}, texts.all_differences), ...sideBySide(before, after, parts, root)] : []),
  ];
}

function shareButton(root) {
  const node = el("button", { type: "button", className: "again" }, root.texts.share_comparison);
  node.onclick = () => root.send("share", true);
  return node;
}

function sideName(side, other, texts) {
  return say(side.title === other.title ? texts.edition : texts.side, side);
}

function figureTable(figures, root) {
  const texts = root.texts;
  return table(
    "figures",
    [texts.was, texts.is, texts.where],
    figures.map((one) => [
      one.before ? el("del", {}, one.before) : texts.no_figure,
      one.after ? el("ins", {}, one.after) : texts.no_figure,
      el("div", {}, el("p", {}, one.words.replaceAll(" | ", " · ")), opening(one, root)),
    ]),
  );
}

function opening(side, root) {
  return citing(el("button", { type: "button", className: "place" }, side.place), side.cite, root);
}

function sideBySide(before, after, parts, root) {
  const texts = root.texts;
  const names = { changed: texts.kind_changed, added: texts.kind_added, removed: texts.kind_removed, moved: texts.kind_moved };
  const row = (part) => {
    if (part.kind === "unchanged") return unchangedRow(part, texts);
    const cell = (side, tag, name) => {
      const node = el("td", { role: "cell" }, ...(side ? [el("p", {}, ...marked(side.runs, part.kind === "moved" ? "span" : tag)), opening(side, root)] : [el("span", { className: "quiet" }, texts.not_there)]));
      node.dataset.label = name;
      return node;
    };
    return el(
      "tr",
      { role: "row", className: part.kind },
      el("th", { scope: "row", role: "rowheader" }, names[part.kind]),
      cell(part.before, "del", sideName(before, after, texts)),
      cell(part.after, "ins", sideName(after, before, texts)),
    );
  };
  const head = [texts.kind, sideName(before, after, texts), sideName(after, before, texts)].map((name) => el("th", { scope: "col", role: "columnheader" }, name));
  const body = el("tbody", { role: "rowgroup" }, ...parts.slice(0, PARTS_AT_ONCE).map(row));
  const shown = el("table", { className: "cards sides", role: "table" }, el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...head)), body);
  if (parts.length <= PARTS_AT_ONCE) return [shown];
  const rest = el("button", { type: "button", className: "again" }, say(texts.show_rest, { count: parts.length - PARTS_AT_ONCE }));
  rest.onclick = () => {
    body.append(...parts.slice(PARTS_AT_ONCE).map(row));
    rest.remove();
  };
  return [shown, rest];
}

function unchangedRow(part, texts) {
  const words = part.sentences.map((sentence) => el("p", {}, sentence.replaceAll(" | ", " · ")));
  if (part.more) words.push(el("p", { className: "quiet" }, sayCount(texts, "more_sentences", part.more)));
  const fold = unfolding(sayCount(texts, "unchanged_sentences", part.count), el("div", {}, ...words));
  return el("tr", { role: "row", className: "unchanged" }, el("td", { role: "cell", colSpan: 3 }, fold));
}
