// The audit log as a table; every word in it is written with textContent.
export default function show({ data, parentElement, setTriggerValue }) {
  const { texts } = data;
  let root = parentElement.querySelector(".audit");
  if (!root) {
    root = el("div", { className: "audit" });
    parentElement.append(root);
  }
  const heads = [texts.when, texts.who, texts.what, texts.which].map((words) => el("th", { scope: "col" }, words));
  const rows = data.entries.map((entry) =>
    el("tr", {}, el("td", {}, entry.at), el("td", {}, entry.who, entry.owner ? el("code", {}, entry.owner) : null), el("td", {}, entry.deed), el("td", {}, el("code", {}, entry.object))),
  );
  const earlier = el("button", { type: "button", className: "earlier", hidden: !data.earlier }, texts.earlier);
  earlier.onclick = () => setTriggerValue("earlier", "more");
  const table = el("div", { className: "scrolls", tabIndex: 0, role: "region" }, el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows)));
  table.setAttribute("aria-label", texts.title);
  root.replaceChildren(
    el("h1", {}, texts.title),
    el("p", { className: "quiet" }, texts.lead),
    el("p", {}, el("a", { href: within("/audit/log.csv"), download: "" }, texts.download)),
    data.entries.length ? table : el("p", {}, texts.none),
    earlier,
  );
}
