// Figures that can be compared, as a table of bars: each figure is a button that opens where it stands.
function chart(data, root) {
  if (!data) return null;
  const { texts } = root;
  const rows = data.points.map((point) => {
    const bar = el("span", { className: "bar", ariaHidden: "true" });
    bar.style.setProperty("--share", `${point.share}%`);
    const button = el("button", { className: "figure", type: "button" }, bar, el("span", {}, point.value));
    button.setAttribute("aria-label", say(texts.chart_open, point));
    return el("tr", {}, el("th", { scope: "row" }, point.label), el("td", {}, citing(button, point.cite, root)));
  });
  const head = el("tr", {}, el("th", { scope: "col" }, texts.chart_for), el("th", { scope: "col" }, texts.chart_figure));
  const caption = el("caption", {}, el("b", {}, texts.chart), " ", data.quantity);
  return el("figure", { className: "chart" }, el("table", {}, caption, el("thead", { className: "unseen" }, head), el("tbody", {}, ...rows)));
}
