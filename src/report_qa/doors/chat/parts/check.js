// Shows a checked text: the verdict on the whole, and below it each sentence with its reasons and its evidence.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".check");
  if (!root) {
    root = el("div", { className: "check" });
    root.append(el("div", { className: "result" }), el("div", { className: "unseen", role: "status", ariaLive: "polite" }));
    parentElement.append(root);
    new ResizeObserver(() => pressed(root)?.scrollIntoView({ block: "nearest" })).observe(root);
  }
  root.send = setTriggerValue;
  root.texts = data.texts;
  root.exporting = data.exporting;
  const [list, status] = root.children;
  const first = root.said === undefined;
  keep(list, data.draft ? [data.draft] : [], (item) => el("section", {}, ...BODY[item.kind](item, root)), progress);
  press(list, data.selected);
  returnFocus(root, data.selected);
  // A screen reader is told of the verdict once, not of each sentence on the way, nor of an old one after a reload.
  const said = data.draft && data.draft.kind !== "pending" ? data.draft.lead : "";
  if (said && said !== root.said && !first) status.textContent = said;
  root.said = said;
}

const BODY = {
  pending: (item, root) => {
    const stop = el("button", { className: "again", type: "button" }, root.texts.check_stop);
    stop.setAttribute("aria-label", root.texts.check_stop_named);
    stop.onclick = () => root.send("stop", true);
    const bar = el("progress", { max: Math.max(1, item.count), value: item.done });
    bar.setAttribute("aria-label", root.texts.checked_so_far);
    return [el("div", { className: "going" }, el("p", { className: "shimmer" }, item.lead), stop), bar];
  },
  failure: (item) => [el("p", { className: "problem" }, item.lead)],
  checked: (item, root) => [
    el("h2", { className: `whole ${item.verdict}` }, icon(item.verdict), el("span", {}, item.lead)),
    el("ol", { className: "sentences" }, ...item.sentences.map((each) => sentence(each, root))),
    ...foot(item, root),
  ],
};

// While a text is being checked only its numbers change; the button keeps the focus.
function progress(node, item) {
  const bar = node.querySelector("progress");
  if (!bar || item.kind !== "pending") return null;
  node.querySelector(".shimmer").textContent = item.lead;
  Object.assign(bar, { max: Math.max(1, item.count), value: item.done });
  return node;
}

function sentence(item, root) {
  const reasons = item.reasons.map((reason) => el("li", {}, reason));
  const evidence = item.evidence.map((found) => el("li", {}, passage(found, root)));
  return el(
    "li",
    { className: `sentence ${item.verdict}` },
    verdict(item.verdict, item.word),
    el("p", { className: "said" }, item.text),
    reasons.length ? el("ul", { className: "reasons" }, ...reasons) : null,
    evidence.length ? el("ul", { className: "nearest" }, ...evidence) : null,
    item.evidence.length && item.checks.length ? details(item, root) : null,
  );
}

function details(item, root) {
  const button = el("button", { className: "opens", type: "button" }, icon("more"), root.texts.all_checks);
  const table = checksTable(item, root);
  return el("div", {}, discloses(button, table), table);
}

function foot(item, root) {
  const clear = el("button", { className: "copy", type: "button" }, root.texts.clear);
  clear.setAttribute("aria-label", root.texts.clear_named);
  clear.onclick = () => root.send("clear", true);
  const told = { named: root.texts.export_check, path: "/export/check", query: [["draft", item.id]], sources: [], whole: root.texts.export_whole_check };
  const button = exportButton(told, root);
  return [el("p", { className: "foot" }, el("span", {}, item.foot), button, clear), button.opens];
}
