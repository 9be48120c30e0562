// An export: what goes into the file, the formats as plain links, and which of the sources are wanted. With some left out the file
// lists the others alone, for nothing else could be said without them. Every string is written with textContent.
function exportPanel({ named, path, query = [], sources, whole, chosen }, root) {
  const { texts, exporting } = root;
  const wanted = sources.map(() => el("input", { type: "checkbox", checked: true }));
  const pages = el("input", { type: "checkbox" });
  const what = el("p", { className: "export-what", role: "status" });
  const begun = el("p", { className: "export-begun", role: "status" });
  const files = exporting.formats.map((format) => [format, fileLink(format, texts, () => (begun.textContent = texts.export_begun))]);
  const rows = [fileRow(files, false), fileRow(files, true, texts.export_cites_only)];
  const all = el("button", { className: "export-all", type: "button" });
  all.onclick = () => {
    const tick = wanted.some((box) => !box.checked);
    for (const box of wanted) box.checked = tick;
    update();
  };
  const update = () => {
    const cites = sources.filter((_, place) => wanted[place].checked).map((source) => source.cite);
    const entire = path && cites.length === sources.length;
    const told = entire ? [] : cites.map((cite) => ["cite", cite]);
    const possible = entire || (cites.length > 0 && cites.length <= exporting.most);
    begun.textContent = "";
    all.textContent = cites.length === sources.length ? texts.export_untick : texts.export_tick;
    if (entire) what.textContent = whole;
    else if (possible) what.textContent = chosen(cites.length);
    else what.textContent = cites.length ? say(texts.export_too_many, exporting) : texts.export_none_chosen;
    for (const row of rows) row.hidden = !possible;
    for (const [format, link] of files) {
      const shown = pages.checked && format.pages ? [["pages", "1"]] : [];
      link.href = within(`${entire ? path : "/export/evidence"}?${asQuery([["format", format.name], ...shown, ...(entire ? query : []), ...told])}`);
    }
  };
  for (const box of [pages, ...wanted]) box.onchange = update;
  const shows = exporting.formats.filter((format) => format.pages).map((format) => format.label);
  const pictures = el("label", { className: "export-pages" }, pages, el("span", {}, say(texts.export_pages, { formats: shows.join(", ") })));
  const panel = el("div", { className: "export", role: "group" }, what, ...rows, begun, pictures, choosing(sources, wanted, all, texts));
  panel.setAttribute("aria-label", named);
  update();
  return panel;
}

function fileLink(format, texts, begin) {
  const link = el("a", { className: "file", download: "", onclick: begin }, format.label);
  link.setAttribute("aria-label", say(texts.export_as, format));
  return link;
}

function fileRow(files, cites, label) {
  const links = files.filter(([format]) => format.cites === cites).map(([, link]) => el("li", {}, link));
  const list = el("ul", { className: "files" }, ...links);
  if (label) list.setAttribute("aria-label", label);
  return el("div", { className: "export-row" }, label ? el("span", { className: "export-label", ariaHidden: "true" }, label) : null, list);
}

function choosing(sources, wanted, all, texts) {
  if (!sources.length) return null;
  const items = sources.map((source, place) => {
    const from = el("span", { className: "export-from" }, `${source.title}, ${source.place}`);
    const words = el("span", { className: "export-words" }, source.quote.replaceAll(" | ", ", "));
    return el("li", {}, el("label", {}, wanted[place], el("span", {}, from, words)));
  });
  const list = el("fieldset", {}, el("legend", {}, texts.export_sources), el("ul", { className: "export-sources" }, ...items));
  return el("div", { className: "export-choose" }, list, sources.length > 1 ? all : null);
}

function asQuery(pairs) {
  return pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

// A button to be put among others; the panel that it `opens` is put below them.
function exportButton(told, root) {
  const button = el("button", { className: "copy", type: "button" }, root.texts.export);
  button.setAttribute("aria-label", told.named);
  const panel = exportPanel(told, root);
  discloses(button, panel);
  // The last answer's foot stands at the lower edge: its panel would open out of sight.
  button.addEventListener("click", () => panel.scrollIntoView({ block: "nearest" }));
  return Object.assign(button, { opens: panel });
}

// The action of an answer. Who was given a link sees an answer, but it isn't theirs: they export what it quotes.
function exportAction(item, root) {
  const { texts, readOnly } = root;
  if (readOnly && !item.choosable.length) return null;
  const told = {
    named: texts.export_answer,
    path: readOnly ? "" : `/export/answer/${encodeURIComponent(item.turn || item.id)}`,
    sources: item.choosable,
    whole: wholeAnswer(item, texts),
    chosen: (count) => sayCount(texts, "export_chosen", count),
  };
  return exportButton(told, root);
}

function wholeAnswer(item, texts) {
  if (!item.choosable.length) return texts.export_whole;
  const count = item.choosable.length;
  return item.kind === "refusal" ? sayCount(texts, "export_whole_near", count) : sayCount(texts, "export_whole_with", count);
}
