// The body of an answer: its sentences and quotations under their documents, their sources, and what is not there.
function numbered(item, place) {
  return { ...item, id: String(place) };
}

function standingOf(group) {
  return group.standing ? el("span", { className: "badge old" }, group.standing) : null;
}

function groupOf(group, root) {
  const title = el("h3", { className: "source" }, el("span", { className: `badge ${group.role}` }, root.texts[group.role]), group.title, standingOf(group));
  const section = el("section", { className: "group", source: group.title }, group.title ? title : null);
  section.append(el("div", { className: "claims" }));
  return fill(section, group, root);
}

function fill(section, group, root) {
  keep(section.lastChild, group.claims.map(numbered), (claim) => sentence(claim, root));
  return section;
}

function sentence(claim, root) {
  const [mark, checks] = checkedMark(claim.mark, root);
  checks.append(badCitations(claim, root) || "");
  const all = claim.cites.map((cite) => citation(cite, root));
  // The mark never stands alone on a line.
  const cites = [...all.slice(0, -1), el("span", { className: "together" }, ...all.slice(-1), mark)];
  const since = changeNotes(claim.cites, root);
  const says = claim.recommends ? el("span", { className: "badge recommends" }, root.texts.recommendation) : null;
  if (!claim.quoted) return el("div", { className: "written" }, el("p", {}, claim.text, " ", ...cites), checks, since);
  if (!claim.table) return el("blockquote", {}, says, el("p", {}, el("q", {}, claim.text), " ", ...cites), checks, since);
  const { caption, heads, rows } = claim.table;
  const table = el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, ...rows.map((cells) => el("tr", {}, ...cells.map((cell, place) => (place ? el("td", {}, cell) : el("th", { scope: "row" }, cell)))))),
  );
  const label = el("p", { className: "caption" }, caption || root.texts.row, " ", ...cites);
  return el("blockquote", { className: "tabular" }, label, el("div", { className: "wide", tabIndex: 0 }, table), checks, since);
}

function missing(part, root) {
  return el("p", { className: "missing" }, el("b", {}, `${root.texts.missing} `), part);
}

function sources(list, root) {
  if (!list.length) return null;
  const items = list.map((source) => {
    const button = el(
      "button",
      { className: "from", type: "button" },
      el("span", { className: "number" }, source.mark),
      el("span", {}, `${source.title}, ${source.place}${source.standing ? ` · ${source.standing}` : ""}`),
    );
    return el("li", {}, citing(button, source.cite, root));
  });
  return el("div", { className: "sources" }, el("h3", { className: "label" }, root.texts.sources), el("ol", {}, ...items));
}

function withheld(held) {
  if (!held) return null;
  const button = el("button", { className: "opens", type: "button" }, icon("more"), held.lead);
  const items = held.sentences.map((item) =>
    el(
      "li",
      {},
      verdict(item.verdict, item.word),
      el("p", { className: "failed-words" }, item.text),
      el("ul", { className: "reasons" }, ...item.reasons.map((reason) => el("li", {}, reason))),
    ),
  );
  const list = el("ul", { className: "held" }, ...items);
  return el("div", { className: "withheld" }, discloses(button, list), list);
}

function notice(words) {
  return words ? el("p", { className: "notice" }, icon("note"), el("span", {}, words)) : null;
}
