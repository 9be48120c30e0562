// Shows the turns of a conversation. Called at each run of the page; turns that did not change keep their elements, and
// an answer that is being written grows in place, so that what is clicked or read in it stays where it is.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".conversation");
  if (!root) {
    root = el("div", { className: "conversation" });
    root.append(
      el("div", { className: "turns" }),
      el("section", { className: "next" }),
      el("div", { className: "unseen", role: "status", ariaLive: "polite" }),
    );
    root.tell = (words) => (root.lastChild.textContent = words);
    parentElement.append(root);
    // Opening the evidence narrows the conversation: what was clicked stays in view.
    new ResizeObserver(() => pressed(root)?.scrollIntoView({ block: "nearest" })).observe(root);
  }
  root.send = setTriggerValue;
  root.texts = data.texts;
  root.exporting = data.exporting;
  root.readOnly = data.read_only === true;
  const [list, next] = root.children;
  const items = data.opening ? [{ id: "opening", kind: "opening", ...data.opening }] : [...data.turns];
  if (data.earlier) items.unshift({ id: "earlier", kind: "earlier", count: data.earlier });
  const first = list.children.length === 0;
  const inside = root.contains(root.getRootNode().activeElement);
  const known = new Set([...list.children].map((node) => node.dataset.id));
  adopt(list, items, known);
  const added = keep(
    list,
    items,
    (item) => change(el("article", {}), item, root),
    (node, item) => (node.kind in GROWS && item.kind in GROWS ? change(node, item, root) : null),
  );
  for (const node of list.children) beside(node, data, root);
  following(next, data.next, root);
  if (inside && !root.contains(root.getRootNode().activeElement) && list.lastChild) {
    // The question that was chosen is no button any more: whoever goes by the keyboard goes on from what was asked.
    list.lastChild.tabIndex = -1;
    list.lastChild.focus({ preventScroll: true });
  }
  press(list, data.selected);
  returnFocus(root, data.selected);
  const last = items[items.length - 1];
  if (last && !data.opening && !root.readOnly) follow(root, list.lastChild, added.includes(list.lastChild));
  if (known.has(last?.id)) return;
  // A screen reader is told of a finished answer once, not of its coming about, nor of old ones after a reload.
  if (!first && last?.copy) root.tell(last.copy);
  else if (last?.kind === "failure") root.tell(last.lead);
}

// What stands beside an answer comes and goes without making the answer anew.
function beside(node, data, root) {
  const turn = node.dataset.id;
  showOpinions(node, data.feedback?.[turn] || {}, root);
  showBySource(node, data.by_source?.[turn], root);
  const again = data.asked_again?.includes(turn);
  const mark = node.querySelector(".again-below");
  if (again && !mark) node.prepend(el("p", { className: "again-below" }, root.texts.asked_again_below));
  else if (!again) mark?.remove();
}

// Questions that go on from the last answer stand below it and move nothing when they come.
function following(place, next, root) {
  place.setAttribute("aria-label", root.texts.next);
  const items = next?.questions.length ? [{ ...next, id: next.turn }] : [];
  keep(place, items, ({ questions }) =>
    el(
      "div",
      {},
      el("h2", { className: "label" }, root.texts.next),
      el("div", { className: "examples" }, ...questions.map((question) => asking(question, "example", root))),
    ),
  );
}

// What is on its way, and what it becomes, is one element.
const GROWS = { pending: true, writing: true, answer: true };

// A question that is answered comes back under its answer's name: its element goes on as that.
function adopt(list, items, known) {
  const names = new Set(items.map((item) => item.id));
  const orphans = [...list.children].filter((node) => !names.has(node.dataset.id) && node.kind in GROWS);
  for (const item of items) {
    const at = known.has(item.id) ? -1 : orphans.findIndex((node) => node.question === item.question);
    if (at >= 0) orphans.splice(at, 1)[0].dataset.id = item.id;
  }
}

function change(node, item, root) {
  node.className = `turn ${item.kind}`;
  node.kind = item.kind;
  node.question = item.question;
  if (!(item.kind in GROWS)) {
    node.replaceChildren(...(BODY[item.kind] || BODY.note)(item, root).filter(Boolean));
    return node;
  }
  if (!node.children.length) {
    node.append(...["head", "answer", "rest"].map((name) => el("div", { className: name })));
  }
  const [head, answer, rest] = node.children;
  const { question, understood: as, edits } = item;
  keep(head, [{ id: "head", question, understood: as, edits }], (part) =>
    el("div", {}, asked(part, root), understood(part, root)),
  );
  keep(
    answer,
    (item.groups || []).map(numbered),
    (group) => groupOf(group, root),
    // What was being written may end as extracts, each under its document.
    (old, group) => (old.source === group.title ? fill(old, group, root) : null),
  );
  const { groups, understood: _, ...after } = item;
  const focused = root.getRootNode().activeElement;
  const left = focused && rest.contains(focused);
  keep(rest, [{ ...after, id: "rest", turn: item.id }], (part) => el("div", {}, ...REST[item.kind](part, root).filter(Boolean)));
  if (left && !rest.contains(root.getRootNode().activeElement)) {
    // The button that was pressed is gone: whoever goes by the keyboard goes on from the answer.
    node.tabIndex = -1;
    node.focus({ preventScroll: true });
  }
  return node;
}

const REST = {
  pending: (item, root) => [going(item, root)],
  writing: (item, root) => {
    const stop = el("button", { className: "again stop", type: "button" }, root.texts.stop);
    stop.setAttribute("aria-label", root.texts.stop_named);
    stop.onclick = () => {
      // One that is disabled would lose the focus to nowhere.
      stop.setAttribute("aria-disabled", "true");
      root.send("stop", item.stop);
    };
    return [el("div", { className: "going" }, going(item, root), item.stop ? stop : null)];
  },
  answer: (item, root) => [
    chart(item.chart, root),
    ...item.missing.map((part) => missing(part, root)),
    sources(item.sources, root),
    withheld(item.withheld),
    notice(item.notice),
    foot(item, root),
    el("div", { className: "by-source" }),
  ],
};

// How a question stands, and after a few seconds for how long already; who listens is told of each step that takes long, once.
const SLOW_MS = 3000;
function going(item, root) {
  const clock = el("span", { className: "elapsed", ariaHidden: "true" });
  const line = el("p", { className: "shimmer" }, item.lead, clock);
  const since = Date.now();
  const tick = () => {
    if (!line.isConnected && Date.now() - since > 1000) return clearInterval(timer);
    const waited = Date.now() - Date.parse(item.asked);
    if (waited < SLOW_MS) return;
    clock.textContent = ` ${say(root.texts.elapsed, { seconds: Math.floor(waited / 1000) })}`;
    if (Date.now() - since >= SLOW_MS && root.told !== item.lead) root.tell((root.told = item.lead));
  };
  const timer = setInterval(tick, 500);
  tick();
  return line;
}

const BODY = {
  opening: (item, root) => [
    el("h1", {}, item.title),
    el("p", { className: "lead" }, item.lead),
    item.examples.length ? el("h2", {}, root.texts.examples) : null,
    el("div", { className: "examples" }, ...item.examples.map((question) => asking(question, "example", root))),
  ],
  earlier: (item, root) => {
    const button = el("button", { className: "again", type: "button" }, say(root.texts.earlier, item));
    button.onclick = () => root.send("earlier", true);
    return [button];
  },
  refusal: (item, root) => [
    asked(item, root),
    understood(item, root),
    el("p", { className: "verdict" }, item.lead),
    item.searched ? el("p", { className: "small" }, item.searched) : null,
    item.nearest.length ? el("h3", { className: "label" }, root.texts.nearest) : null,
    el("ul", { className: "nearest" }, ...item.nearest.map((near) => el("li", {}, passage(near, root), changeNotes([near], root)))),
    withheld(item.withheld),
    notice(item.notice),
    foot(item, root),
    el("div", { className: "by-source" }),
  ],
  note: (item, root) => [
    asked(item, root),
    el("p", { className: "plain" }, item.lead),
    el("div", { className: "examples" }, ...(item.choices || []).map((choice) => asking(choice, "example", root))),
  ],
  failure: (item, root) => [
    asked(item, root),
    el("p", { className: "problem" }, item.lead),
    item.retry ? asking(item.question, "again", root, root.texts.ask_again) : null,
  ],
};

// Shows the end of the conversation as it grows, its last question no higher than the top, until the reader scrolls.
// Earlier turns that were asked for appear above it and move nothing.
function follow(root, turn, added) {
  if (turn.signature === root.shown) return;
  root.shown = turn.signature;
  const pane = root.getRootNode().host?.closest(".st-key-turns");
  if (!added && pane && Math.abs(pane.scrollTop - root.scrolled) > 2) return;
  // Beside the page's own layout, whose heights are known one frame later.
  requestAnimationFrame(() => {
    turn.scrollIntoView({ block: "start", behavior: "instant" });
    root.scrolled = pane?.scrollTop;
  });
}
