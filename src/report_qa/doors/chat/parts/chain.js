// Where the references of a quotation lead. The data is that of chain_view.py; it is a part of the evidence pane, whose el() and
// disclosures it draws with, and it opens passages by sending "cite".
function chainButton(root) {
  const { chain: found, texts } = root.data;
  if (!found) return "";
  const outcomes = new Set(found.links.map((link) => link.outcome));
  const told = ["differs", "same"].find((outcome) => outcomes.has(outcome));
  const count = found.links.length;
  const label = told ? texts[`chain_${told}`] : count ? sayCount(texts, "chain_button", count) : texts.chain_button_none;
  const node = disclosing(root, "chain", label);
  node.classList.add("leads", told || "plain");
  return node;
}

function chainPanel(root) {
  const { chain: found, texts, cite } = root.data;
  if (!found) return "";
  const more = el("p", { className: "more" });
  if (found.pending) more.append(texts.chain_pending);
  else if (!found.searched && !root.readOnly) {
    const look = button(texts.chain_look, "chain-look", () => root.send("trace", cite));
    more.append(look);
  }
  return el("div", { className: "disclosed chain-panel", hidden: root.disclosed !== "chain" }, found.ready ? chain(found, root) : "", more);
}

function chain(data, root) {
  const { texts } = root.data;
  const list = el("ol", { className: "links" }, ...data.links.map((link) => chainLink(link, texts, root)));
  const none = el("p", { className: "quiet" }, texts.chain_none);
  const nothing = data.searched && !data.found ? el("p", { className: "quiet" }, texts.chain_searched_none) : "";
  const title = el("h3", {}, texts.chain_title);
  const node = el("section", { className: "chain" }, title, data.refers ? "" : none, data.links.length ? list : "", nothing);
  node.setAttribute("aria-label", texts.chain_title);
  return node;
}

function chainLink(link, texts, root) {
  const outcome = {
    same: texts.chain_same,
    differs: texts.chain_differs,
    not_found: texts.chain_not_found,
    not_in_library: texts.chain_not_in_library,
    ambiguous: texts.chain_ambiguous,
    itself: texts.chain_itself,
  }[link.outcome];
  const said = el("p", { className: "outcome" }, el("b", {}, outcome), el("span", {}, chainSource(link, texts)));
  const words = link.words ? el("blockquote", { className: "reference" }, link.words) : "";
  const nearby = link.nearby ? el("p", { className: "quiet" }, texts.chain_nearby) : "";
  const title = link.title ? el("p", { className: "document" }, link.title) : "";
  const reasons = link.reasons.map((words) => el("p", { className: "reason" }, words));
  return el(
    "li",
    { className: `link ${link.outcome}` },
    said,
    words,
    nearby,
    title,
    link.candidates.length ? chainCandidates(link, texts) : "",
    link.here.length ? chainSides(link, texts, root) : chainPassages(link.passages, texts, root),
    ...reasons,
    link.nearest.length ? el("p", { className: "quiet" }, texts.chain_nearest) : "",
    chainPassages(link.nearest, texts, root),
  );
}

function chainSource(link, texts) {
  if (link.kind === "search") return texts.chain_search;
  if (link.kind === "named") return texts.chain_named;
  if (link.kind !== "note") return link.mark;
  return link.mark ? say(texts.chain_note, { mark: link.mark }) : texts.chain_note_unnumbered;
}

function chainCandidates(link, texts) {
  const items = link.candidates.map((title) => el("li", {}, title));
  return el("div", {}, el("p", { className: "quiet" }, texts.chain_may_be), el("ul", { className: "candidates" }, ...items));
}

// Both statements beside each other, with what differs marked in each.
function chainSides(link, texts, root) {
  const there = link.kind === "search" ? texts.chain_there_searched : texts.chain_there;
  const here = el("div", { className: "side" }, el("p", { className: "quiet" }, texts.chain_here), el("p", { className: "own" }, ...chainRuns(link.here)));
  const other = el("div", { className: "side" }, el("p", { className: "quiet" }, there), chainPassages(link.passages, texts, root));
  return el("div", { className: "sides" }, here, other);
}

function chainPassages(passages, texts, root) {
  if (!passages.length) return "";
  return el("div", { className: "passages" }, ...passages.map((passage) => chainPassage(passage, texts, root)));
}

function chainPassage(passage, texts, root) {
  const labels = { report: texts.chain_report, evidence: texts.chain_evidence, recommendation: texts.chain_recommendation };
  const label = el("span", { className: `label ${passage.label}` }, labels[passage.label]);
  const place = el("span", { className: "place" }, label, passage.locator, passage.standing ? ` · ${passage.standing}` : "");
  const node = el("button", { type: "button", className: "passage" }, el("span", { className: "said" }, ...chainRuns(passage.runs)), place);
  node.title = say(texts.chain_open, passage);
  node.onclick = () => root.send("cite", passage.cite);
  return node;
}

function chainRuns(parts) {
  return parts.map(([words, marked]) => (marked ? el("mark", {}, words) : words));
}
