// The text around the quoted words, as one reads it: headings, paragraphs, lists, tables with the rows and columns of their sheet,
// and slides; the passage marked in place. The reader can go on to what stands before and after.

function reading(root) {
  const { data } = root;
  const { texts } = data;
  const view = el("div", { className: "view section", tabIndex: 0, role: "region", ariaLabel: texts.section_region });
  if (data.paged && !data.pages.length) view.append(el("p", { className: "absent" }, texts.unplaced));
  if (data.pages.some((page) => page.recognised)) view.append(el("p", { className: "recognised" }, texts.recognised));
  const stretch = root.stretch || data.stretch;
  if (!stretch) {
    view.ariaBusy = "true";
    loadText(root);
    return view;
  }
  view.append(
    more(root, stretch.before, "before"),
    el("div", { className: "paragraphs" }, ...paragraphs(root, stretch.paragraphs)),
    more(root, stretch.after, "after"),
  );
  return view;
}

// The section around the cited words, around what was looked for, or around the beginning of the page that the reader turned to.
async function loadText(root) {
  const { data, hit, leaf } = root;
  try {
    if (leaf !== null) await loadPages(root);
    const at = hit ? hit.at : leaf === null ? data.at : root.pages[leaf][4];
    setStretch(root, data, await askText(root, { at, found: foundIn(hit) }));
  } catch {
    announce(root, data.texts.failed);
  }
}

function askText(root, query) {
  const other = root.data.others.map(({ number, cite }) => `${number} ${cite}`);
  return ask(root, `/text/${root.data.sha256}`, { ...query, other });
}

function foundIn(hit) {
  return hit ? hit.spans.map(([start, end]) => `${start}-${end}`) : [];
}

function setStretch(root, data, stretch) {
  if (root.data !== data) return;
  root.stretch = { ...stretch, key: `${stretch.first}-${stretch.last}-${root.hit?.at}` };
  draw(root);
}

function more(root, neighbour, side) {
  if (!neighbour) return "";
  const { texts } = root.data;
  const { heading } = neighbour;
  const named = side === "before" ? texts.text_before_named : texts.text_after_named;
  const plain = side === "before" ? texts.text_before : texts.text_after;
  const node = button(heading ? say(named, { heading }) : plain, `text-${side}`, async () => {
    try {
      extend(root, await askText(root, { first: neighbour.first, last: neighbour.last }), side);
    } catch {
      announce(root, texts.failed);
    }
  });
  node.className = "more";
  return node;
}

// Adds text on one side of what is shown; what is being read stays where it is.
function extend(root, added, side) {
  const stretch = root.stretch || root.data.stretch;
  const view = root.querySelector(".view.section");
  const list = view.querySelector(".paragraphs");
  const nodes = paragraphs(root, added.paragraphs);
  const height = view.scrollHeight;
  const joined =
    side === "before"
      ? { ...stretch, first: added.first, before: added.before, paragraphs: [...added.paragraphs, ...stretch.paragraphs] }
      : { ...stretch, last: added.last, after: added.after, paragraphs: [...stretch.paragraphs, ...added.paragraphs] };
  if (side === "before") list.prepend(...nodes);
  else list.append(...nodes);
  if (side === "before") view.scrollTop += view.scrollHeight - height;
  const old = view.querySelector(`[data-name="text-${side}"]`);
  const next = more(root, joined[side], side);
  old.replaceWith(next);
  (next || view).focus({ preventScroll: true });
  root.stretch = { ...joined, key: `${joined.first}-${joined.last}` };
  // Drawn already: the slot is not to be drawn anew.
  root.slots.body.key = JSON.stringify(bodyKey(root));
}

function paragraphs(root, list) {
  const nodes = [];
  let items = null;
  let place = "";
  for (const paragraph of list) {
    if (paragraph.place && paragraph.place !== place) {
      place = paragraph.place;
      const said = paragraph.kind === "heading" && paragraph.runs.map(([words]) => words).join("") === place;
      if (!said) nodes.push(el("p", { className: "place" }, place[0].toUpperCase() + place.slice(1)));
      items = null;
    }
    if (paragraph.kind === "list") {
      if (!items) nodes.push((items = el("ul", {})));
      items.append(el("li", {}, ...runs(root, paragraph.runs)));
      continue;
    }
    items = null;
    if (paragraph.kind === "table") nodes.push(table(root, paragraph));
    else if (paragraph.kind === "heading") nodes.push(el(`h${Math.min(6, 2 + paragraph.level)}`, {}, ...runs(root, paragraph.runs)));
    else nodes.push(el("p", { className: paragraph.kind }, ...runs(root, paragraph.runs)));
  }
  return nodes;
}

function table(root, paragraph) {
  const { texts } = root.data;
  const { rows, numbers, columns, left_out: leftOut, header_rows: heads } = paragraph;
  const width = Math.max(...rows.map((row) => row.length)) + (numbers.length ? 1 : 0);
  const made = rows.map((cells, at) => {
    const tag = at < heads ? "th" : "td";
    const own = cells.map((cell) => el(tag, tag === "th" ? { scope: "col" } : {}, ...runs(root, cell)));
    if (numbers.length) own.unshift(el("th", { className: "cell-name", scope: "row" }, numbers[at]));
    return el("tr", {}, ...own);
  });
  const gap = (count) => el("tr", { className: "gap" }, el("td", { colSpan: width }, sayCount(texts, "rows_left_out", count)));
  const head = el("thead", {});
  if (columns.length) {
    const letters = columns.map((letter) => el("th", { className: "cell-name", scope: "col" }, letter));
    head.append(el("tr", {}, el("th", { className: "cell-name", scope: "col" }, el("span", { className: "unseen" }, texts.row)), ...letters));
  }
  head.append(...made.slice(0, heads));
  const body = el("tbody", {});
  made.slice(heads).forEach((row, at) => {
    if (leftOut[at + heads]) body.append(gap(leftOut[at + heads]));
    body.append(row);
  });
  const last = leftOut[leftOut.length - 1];
  if (last) body.append(gap(last));
  const wide = el("div", { className: "wide", tabIndex: 0, role: "region", ariaLabel: texts.table });
  wide.append(el("table", { className: numbers.length ? "cells" : "" }, head, body));
  return wide;
}

// A run is [words, marks, number, cite]: the last two for another citation of the answer.
function runs(root, parts) {
  return parts.map(([words, marks, number, cite]) => {
    if (!marks) return words;
    const mark = el("mark", { className: marks }, words);
    if (!cite || marks.includes("cited")) return mark;
    mark.title = say(root.data.texts.source_of, { number, count: root.data.cites.length });
    mark.onclick = () => root.send("cite", cite);
    return mark;
  });
}
