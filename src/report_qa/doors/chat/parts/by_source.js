// A question asked of each document by itself, as a table below its answer.
function bySourceAction(item, root) {
  if (root.readOnly || !item.edits || !item.bySource) return null;
  const button = action(root.texts.asked_by_source, root.texts.ask_by_source_named);
  button.dataset.opens = "by-source";
  button.onclick = () => root.send("by_source", item.edits);
  return button;
}

function showBySource(node, found, root) {
  const place = node.querySelector(".by-source");
  if (!place) return;
  const button = node.querySelector('[data-opens="by-source"]');
  if (button) {
    button.setAttribute("aria-expanded", String(Boolean(found)));
    button.textContent = found ? root.texts.hide_by_source : root.texts.asked_by_source;
    button.setAttribute("aria-label", found ? root.texts.hide_by_source : root.texts.ask_by_source_named);
  }
  const added = keep(place, found ? [{ ...found, id: "found" }] : [], (item) => el("section", {}, ...sourceTable(item, root)));
  if (found?.sources && added.length === 0 && place.dataset.waits) root.tell(root.texts.by_source_title);
  place.dataset.waits = found && !found.sources ? "yes" : "";
}

function sourceTable(found, root) {
  const { texts } = root;
  if (found.problem) return [el("p", { className: "problem" }, found.problem)];
  if (!found.sources) return [el("p", { className: "shimmer" }, found.lead)];
  if (!found.sources.length) return [el("p", { className: "small" }, texts.by_source_none)];
  const rows = found.sources.map((source) => {
    const badge = el("span", { className: `badge ${source.role}` }, texts[source.role]);
    const name = el("th", { scope: "row" }, badge, " ", source.title, " ", standingOf(source));
    const says = source.claims.map((claim) => sentence(claim, root));
    return el("tr", {}, name, el("td", {}, ...(says.length ? says : [el("p", { className: "silent" }, texts.by_source_silent)])));
  });
  const heads = [texts.by_source_document, texts.by_source_answer].map((name) => el("th", { scope: "col" }, name));
  const caption = el("caption", {}, texts.by_source_title);
  const table = el("table", {}, caption, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
  return [table, chart(found.chart, root), found.leftOut ? el("p", { className: "small" }, found.leftOut) : null];
}
