// What a steward looks at: matters to be judged, each with its evidence, and what was asked in figures. Every string is written with
// textContent only.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".insights");
  if (!root) {
    root = el("div", { className: "insights" });
    root.append(el("div", { className: "shown" }), el("div", { className: "unseen", role: "status" }));
    parentElement.append(root);
  }
  root.send = setTriggerValue;
  root.texts = data.texts;
  const signature = JSON.stringify({ ...data, selected: "" });
  if (root.signature !== signature) {
    const open = root.signature === undefined ? undefined : (data.matters || []).length;
    root.signature = signature;
    root.firstChild.replaceChildren(...(data.matters ? drawn(data, root) : [el("h1", {}, root.texts.title), el("p", { className: "problem" }, data.problem)]));
    if (open !== undefined) root.lastChild.textContent = sayCount(root.texts, "open", open);
  }
  press(root, data.selected);
  returnFocus(root, data.selected);
}

function drawn(data, root) {
  const { texts } = root;
  return [
    el("h1", {}, texts.title),
    el("p", { className: "quiet" }, texts.who_sees),
    data.problem ? el("p", { className: "problem", role: "alert" }, data.problem) : null,
    el("h2", {}, texts.to_judge),
    data.matters.length ? keptList("matters", data.matters.map((one) => matter(one, data, root))) : el("p", { className: "none" }, texts.nothing_to_judge),
    data.settled.length ? unfolds(sayCount(texts, "settled_before", data.settled.length), keptList("matters", data.settled.map((one) => matter(one, data, root)))) : null,
    el("div", { className: "heading" }, el("h2", {}, texts.asked_title), periods(data, root)),
    el("p", {}, data.lead),
    data.statuses.length ? figures(data.statuses) : null,
    data.days.length ? byDay(data, texts) : null,
    el("h2", {}, texts.gaps),
    el("p", { className: "quiet" }, texts.gaps_lead),
    data.gaps.length
      ? tableOf([texts.question, texts.times, texts.last], data.gaps.map((one) => [one.question, one.count, one.last]))
      : el("p", { className: "none" }, texts.no_gaps),
    el("h2", {}, texts.said),
    data.said.length ? figures(data.said) : el("p", { className: "none" }, texts.nothing_said),
    el("h2", {}, texts.cited),
    data.cited.length ? tableOf([texts.document, texts.answers, texts.last], data.cited) : el("p", { className: "none" }, texts.none_cited),
    data.never.length ? unfolds(sayCount(texts, "never", data.never.length), el("ul", {}, ...data.never.map((title) => el("li", {}, title)))) : null,
  ].filter(Boolean);
}

function keptList(className, nodes) {
  return el("ol", { className }, ...nodes);
}

function matter(one, data, root) {
  const { texts } = root;
  const says = (name, ...nodes) => el("div", { className: "says" }, el("h4", {}, name), ...nodes);
  return el(
    "li",
    { className: "matter" },
    el("header", {}, el("b", {}, one.kind), el("span", { className: "quiet" }, one.when)),
    el("h3", {}, one.question),
    one.note ? says(texts.readers_note, el("p", {}, one.note)) : null,
    one.sentences.length ? says(texts.rests_on_it, ...one.sentences.map((words) => el("p", {}, words))) : null,
    one.answer ? says(texts.answer, el("p", { className: "answer-text" }, one.answer)) : null,
    one.quotes.length ? says(texts.evidence, ...one.quotes.map((quote) => quoted(quote, root))) : null,
    one.settled ? settledAs(one, root) : judging(one, data, root),
  );
}

function quoted(quote, root) {
  const words = quote.table ? quote.quote.replaceAll(" | ", " · ") : quote.quote;
  const source = el("button", { className: "from", type: "button" }, quote.source);
  source.setAttribute("aria-label", say(root.texts.open_source, { words: quote.source }));
  return el("blockquote", {}, el("p", {}, el("q", {}, words)), citing(source, quote.cite, root), changeNotes([quote], root));
}

function judging(one, data, root) {
  const { texts } = root;
  const name = `outcome-${one.id}`;
  const choices = data.outcomes.map(([value, words]) => el("label", { className: "choice" }, el("input", { type: "radio", name, value, required: true }), el("span", {}, words)));
  const note = el("textarea", { rows: 2, maxLength: 1000 });
  const form = el(
    "form",
    {},
    el("fieldset", {}, el("legend", {}, texts.how_it_ends), ...choices),
    el("label", { className: "field" }, el("span", {}, texts.note_to_reader), note),
    el("button", { className: "main", type: "submit" }, texts.settle),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    root.send("settle", { id: one.id, outcome: new FormData(form).get(name), note: note.value });
  };
  return form;
}

function settledAs(one, root) {
  const again = el("button", { className: "plain", type: "button" }, root.texts.reopen);
  again.setAttribute("aria-label", say(root.texts.reopen_named, one));
  again.onclick = () => root.send("reopen", one.id);
  return el("p", { className: "settled" }, icon("supported"), el("span", {}, one.settled), again);
}

function periods(data, root) {
  const select = el("select", {}, ...data.periods.map(([value, words]) => el("option", { value, selected: value === data.period }, words)));
  select.onchange = () => root.send("days", select.value);
  return el("label", { className: "field" }, el("span", {}, root.texts.period_label), select);
}

function figures(pairs) {
  return el("dl", { className: "figures" }, ...pairs.map(([name, count]) => el("div", {}, el("dt", {}, name), el("dd", {}, count.toLocaleString("en")))));
}

// Bars for those who see them, a table for all: the days of a month are read faster as a shape.
function byDay(data, texts) {
  const most = Math.max(...data.days.map((one) => one.questions));
  const bars = data.days.map((one) => {
    const part = (className, count) => {
      const node = el("span", { className });
      node.style.height = `${(100 * count) / most}%`;
      return node;
    };
    const rest = one.questions - one.answered - one.refused;
    return el("span", { className: "bar" }, part("rest", rest), part("refused", one.refused), part("answered", one.answered));
  });
  const chart = el("div", { className: "bars" }, ...bars);
  chart.setAttribute("aria-hidden", "true");
  const key = el("p", { className: "key quiet" }, ...[["answered", texts.status_answered], ["refused", texts.status_refused], ["rest", texts.rest]].map(([className, words]) => el("span", {}, el("i", { className }), words)));
  const rows = data.days.map((one) => [one.day, one.questions, one.answered, one.refused]);
  return el("div", {}, chart, key, unfolds(texts.as_table, tableOf([texts.day, texts.questions, texts.status_answered, texts.status_refused], rows)));
}

function tableOf(columns, rows) {
  const head = el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, name)));
  const body = rows.map((cells) => el("tr", {}, ...cells.map((cell, place) => (place ? el("td", {}, String(cell)) : el("th", { scope: "row" }, cell)))));
  return el("table", {}, el("thead", {}, head), el("tbody", {}, ...body));
}

function unfolds(words, node) {
  return el("details", {}, el("summary", {}, words), node);
}
