// Shows one cited quotation: its page with the words marked, or its text, and lets the reader go on from there. The parts are
// drawn by evidence_paper.js (pages), evidence_text.js, evidence_find.js, evidence_record.js and evidence_keys.js.
// Text of documents is written with textContent only.
export default function show({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".sheet") || frame(data, parentElement);
  root.send = setTriggerValue;
  root.texts = data.texts;
  root.readOnly = data.alone || data.read_only;
  const signature = JSON.stringify(data);
  if (root.signature === signature) return;
  root.signature = signature;
  const before = root.data;
  root.data = data;
  // What the reader turned to belongs to the citation before, what was looked for to its document.
  if (before?.cite !== data.cite) Object.assign(root, { leaf: null, stretch: null, hit: null, found: null, disclosed: "" });
  if (before?.sha256 !== data.sha256) emptyFinder(root);
  draw(root);
  if (before?.cite !== data.cite) announce(root, sourceSaid(data));
}

const PHONE = matchMedia("(max-width: 640px)");
const SLOTS = ["bar", "about", "tools", "finder", "body", "strip"];

function frame(data, parentElement) {
  const root = el("section", { className: "sheet", ariaLabel: data.texts.evidence_pane });
  // On a phone a whole page can't be read: the marked words fill the width instead.
  Object.assign(root, { zoom: PHONE.matches ? "words" : "100", asText: false, leaf: null, fetched: new Map(), slots: {} });
  for (const name of SLOTS) root.append((root.slots[name] = el("div", { className: `slot ${name}-slot` })));
  root.append((root.live = el("div", { className: "unseen", ariaLive: "polite", ariaAtomic: "true" })));
  root.slots.finder.append(finder(root));
  listen(root);
  parentElement.append(root);
  return root;
}

// Draws what has changed. The focus stays where it was; where that is gone, it goes to the page or the text.
function draw(root) {
  const { data } = root;
  const held = focused(root);
  const shown = data.located && !data.absent;
  const asText = shown && (root.asText || !data.pages.length);
  fill(root, "bar", [data.cite, data.cites], () => [bar(root)]);
  fill(root, "about", [data.absent ? "" : data], () => (data.absent ? [] : about(root)));
  fill(root, "tools", [shown, data.cite, root.zoom, asText, root.leaf, root.finding], () => (shown ? [tools(root, asText)] : []));
  root.slots.finder.firstChild.hidden = !shown || !root.finding;
  root.classList.toggle("finding", Boolean(root.finding));
  fill(root, "body", bodyKey(root), () => [
    data.absent ? el("p", { className: "absent" }, data.texts.absent) : "",
    !data.absent && !shown ? el("p", { className: "absent" }, data.texts.moved) : "",
    ...(shown ? [asText ? reading(root) : pages(root)] : []),
  ]);
  fill(root, "strip", [data.cite, data.cited_pages, root.leaf], () => [strip(root)]);
  if (shown && data.paged) prefetch(root);
  // On a phone the sheet lies over the conversation, so the focus goes there with it.
  const wanted = held || (PHONE.matches && !root.greeted ? "close" : "");
  root.greeted = true;
  if (wanted && !focused(root)) (root.querySelector(`[data-name="${wanted}"]`) || root.querySelector(".view"))?.focus({ preventScroll: true });
}

function bodyKey(root) {
  const { data } = root;
  return [data.cite, data.located, data.others, root.zoom, root.asText, root.leaf, root.hit?.at, root.found, root.stretch?.key];
}

// Puts new children in a slot, where what they are made from has changed.
function fill(root, name, from, make) {
  const key = JSON.stringify(from);
  const slot = root.slots[name];
  if (slot.key === key) return;
  slot.key = key;
  slot.replaceChildren(...make().filter(Boolean));
  if (name === "body") requestAnimationFrame(() => reveal(root));
}

function bar(root) {
  const { data } = root;
  const { texts } = data;
  const close = button("✕", "close", () => root.send("close", true));
  close.ariaLabel = texts.close;
  const several = data.cites && data.position >= 0 && data.cites.length > 1;
  const step = (by, name, sign) => {
    const node = button(sign, name, () => stepSource(root, by));
    node.ariaLabel = by < 0 ? texts.previous_source : texts.next_source;
    // One that is disabled would lose the focus to nowhere.
    node.ariaDisabled = String(data.cites[data.position + by] === undefined);
    return node;
  };
  const where = several ? say(texts.source_of, { number: data.position + 1, count: data.cites.length }) : texts.source;
  return el(
    "div",
    { className: "bar" },
    el("span", { className: "where" }, where),
    several ? step(-1, "previous", "‹") : "",
    several ? step(1, "next", "›") : "",
    data.absent ? "" : disclosing(root, "keyboard", texts.keyboard),
    data.alone ? "" : close,
  );
}

function stepSource(root, by) {
  const { cites, position } = root.data;
  const to = cites && position >= 0 ? cites[position + by] : undefined;
  if (to !== undefined) root.send("cite", to);
}

function about(root) {
  const { data } = root;
  const { texts } = data;
  const role = el("span", { className: `badge ${data.role}` }, texts[data.role]);
  // A place in a text without pages is its headings already.
  const path = data.heading && data.locator.startsWith(data.heading) ? "" : data.heading;
  const old = data.superseded ? el("span", { className: "badge old" }, texts.superseded) : "";
  return [
    el(
      "header",
      {},
      el("h2", {}, data.title),
      el("p", { className: "meta" }, role, old, el("b", { className: "locator" }, data.locator), el("span", {}, data.source)),
      el("div", { className: "line" }, el("p", { className: "path", title: path }, path), chainButton(root), recordButton(root)),
    ),
    actions(root),
    record(root),
  ];
}

function actions(root) {
  const { data } = root;
  const { texts } = data;
  const copy = button(texts.copy_citation, "copy", () =>
    copied(root, copy, texts.copy_citation, `${data.reference} ${location.origin}${within(data.link)}`),
  );
  return el(
    "nav",
    { className: "actions", ariaLabel: texts.about },
    link(within(data.original), data.downloads ? texts.download_whole : texts.open_whole, data.downloads ? {} : { target: "_blank" }),
    data.address ? link(data.address, texts.publication, { target: "_blank" }) : "",
    copy,
    link(within(data.link), texts.permanent_link, { target: "_blank" }),
    shareButton(data.cite, root),
  );
}

function tools(root, asText) {
  const { data } = root;
  const { texts } = data;
  const choices = PHONE.matches
    ? [["words", texts.zoom_words], ["100", texts.zoom_page], ["200", texts.zoom_largest]]
    : [["100", texts.zoom_fit], ["150", texts.zoom_larger], ["200", texts.zoom_largest]];
  const zooms = choices.map(([zoom, name]) => {
    const node = button(name, `zoom-${zoom}`, () => zoomTo(root, zoom));
    node.ariaPressed = String(root.zoom === zoom && !asText);
    return node;
  });
  const text = button(texts.as_text, "text", () => showText(root));
  text.ariaPressed = String(asText);
  const view = el("div", { className: "segments", role: "group", ariaLabel: texts.view }, ...zooms, text);
  const find = button(texts.find, "find", () => (root.finding ? closeFinder(root) : openFinder(root)));
  find.ariaExpanded = String(Boolean(root.finding));
  return el(
    "div",
    { className: "tools" },
    data.pages.length ? view : "",
    data.pages.length && !asText ? pager(root) : "",
    data.pages.length ? backToWords(root) : "",
    find,
  );
}

function zoomTo(root, zoom) {
  Object.assign(root, { zoom, asText: false });
  draw(root);
}

function showText(root) {
  Object.assign(root, { asText: true, stretch: null });
  draw(root);
}

function sourceSaid(data) {
  const { texts } = data;
  if (data.absent) return texts.absent;
  const several = data.position >= 0 && data.cites.length > 1;
  const source = several ? say(texts.source_of, { number: data.position + 1, count: data.cites.length }) : texts.source;
  return say(texts.opened_source, { source, title: data.title, place: data.located ? data.locator : texts.moved });
}

// Says something to a screen reader. The region has to be there before its words, so they come a moment later.
function announce(root, words) {
  root.live.textContent = "";
  setTimeout(() => (root.live.textContent = words), 60);
}

// What the server says under an address, as JSON; asked for once.
function ask(root, path, query = {}) {
  const words = new URLSearchParams({ cite: root.data.cite });
  for (const [name, value] of Object.entries(query)) for (const each of [value].flat()) words.append(name, each);
  const address = within(`${path}?${words}`);
  if (!root.fetched.has(address)) {
    const answer = fetch(address, { headers: { accept: "application/json" } }).then((found) => {
      if (!found.ok) throw new Error(String(found.status));
      return found.json();
    });
    answer.catch(() => root.fetched.delete(address));
    root.fetched.set(address, answer);
  }
  return root.fetched.get(address);
}

function reveal(root) {
  const view = root.querySelector(".view");
  if (!view) return;
  const wanted = [".found.now", "mark.found", ".words mark, mark.cited"].map((kind) => [...view.querySelectorAll(kind)]);
  const marks = (wanted.find((nodes) => nodes.length) || []).map((mark) => mark.getBoundingClientRect());
  if (!marks.length) return void (view.scrollTop = 0);
  const around = view.getBoundingClientRect();
  const left = Math.min(...marks.map((mark) => mark.left));
  const width = Math.max(...marks.map((mark) => mark.right)) - left;
  view.scrollTop += marks[0].top - around.top - around.height * 0.28;
  view.scrollLeft += left - around.left - Math.max(12, (around.width - width) / 2);
}

async function copied(root, node, label, words) {
  const { texts } = root.data;
  const said = (await copyText(words)) ? texts.copied : texts.not_copied;
  node.textContent = said;
  announce(root, said);
  setTimeout(() => (node.textContent = label), 1600);
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el("textarea", { value: text });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function focused(root) {
  const active = root.getRootNode().activeElement;
  return active && root.contains(active) ? active.dataset.name || "view" : "";
}

function button(label, name, act) {
  const node = el("button", { type: "button", className: name }, label);
  node.dataset.name = name;
  node.onclick = act;
  return node;
}

function link(address, label, more) {
  return el("a", { href: address, rel: "noopener noreferrer", ...more }, label);
}

function el(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== "" && child !== null && child !== undefined));
  return node;
}
