// One document: its record, how each of its pages was read, and its editions, two of which can be compared.
function showDocument(data, root) {
  const texts = root.texts;
  const one = data.document;
  if (!one) return [title(texts.no_document), el("p", {}, texts.no_document_lead), way(root, {}, texts.back)];
  return [
    el("p", { className: "back" }, way(root, {}, texts.back)),
    title(one.title),
    el(
      "p",
      { className: "badges" },
      badge(texts[one.role], one.role),
      el("span", {}, one.state === "published" ? texts.in_force : ""),
      one.state === "published" ? null : standing(one, texts),
      one.successor ? way(root, { view: "document", document: one.successor }, texts.open_successor) : null,
    ),
    documentActions(one, root),
    ...pageQuality(one, root),
    ...editionsOf(one, root),
    el("h2", {}, texts.record),
    record(one, root),
  ];
}

function documentActions(one, root) {
  const texts = root.texts;
  const ask = el("button", { type: "button", className: "main" }, texts.ask_about);
  ask.onclick = () => root.send("ask", one.id);
  return el(
    "p",
    { className: "actions" },
    ask,
    way(root, { view: "search", within: one.id }, texts.search_in),
    el("a", { href: within(one.original), target: "_blank", rel: "noopener noreferrer" }, texts.open_whole),
    one.address ? el("a", { href: one.address, target: "_blank", rel: "noopener noreferrer" }, texts.publication) : null,
  );
}

function pageQuality(one, root) {
  const texts = root.texts;
  const head = el("h2", {}, texts.page_by_page);
  if (!one.pages.length) return [head, el("p", {}, say(texts.unpaged, { count: one.passages }))];
  const doubtful = one.pages.filter((page) => !["text", "empty"].includes(page.state) || page.dropped.length);
  const cells = one.pages.map((page) => {
    const word = stateWord(page.state, texts);
    const about = say(texts.page_about, { ...page, state: word });
    const face = [el("b", {}, page.page), el("span", { ariaHidden: "true" }, SIGNS[page.state]), el("span", {}, word)];
    const properties = { className: `cell ${page.state}`, title: about };
    const cell = one.paged ? el("a", { ...properties, href: within(`${one.original}#page=${page.page}`), target: "_blank", rel: "noopener" }, ...face) : el("div", properties, ...face);
    return el("li", {}, cell);
  });
  const strip = el("ol", { className: "strip" }, ...cells);
  strip.setAttribute("aria-label", texts.page_by_page);
  return [
    head,
    el("p", { className: "quiet" }, one.quality.pages.map(([state, count]) => `${SIGNS[state]} ${count} ${stateWord(state, texts).toLowerCase()}`).join(" · ")),
    strip,
    doubtful.length ? unfolding(sayCount(texts, "pages_noted", doubtful.length), notedPages(doubtful, texts), one.quality.good < 1) : null,
  ];
}

function notedPages(pages, texts) {
  return table(
    "noted",
    [texts.page, texts.state, texts.characters, texts.pictures, texts.passages, texts.noted],
    pages.map((page) => [
      page.label && page.label !== String(page.page) ? say(texts.page_printed, page) : String(page.page),
      el("span", { className: `state ${page.state}` }, `${SIGNS[page.state]} ${stateWord(page.state, texts)}`),
      page.characters.toLocaleString("en"),
      String(page.images),
      String(page.passages),
      [page.problem, page.dropped.length ? say(texts.left_out, { what: page.dropped.map(([reason, count]) => `${reason} ${count}`).join(", ") }) : ""]
        .filter(Boolean)
        .join(" "),
    ]),
  );
}

function editionsOf(one, root) {
  const texts = root.texts;
  const head = el("h2", {}, texts.editions_of);
  const replaced = one.supersedes
    ? el("p", {}, compareWay(root, texts.compare_replaced, one.supersedes.title, { document: one.id, before: one.versions[0].edition, after: one.versions[0].edition, earlier: one.supersedes.id }))
    : null;
  if (one.versions.length < 2) return [head, el("p", {}, texts.one_edition), replaced];
  const same = one.versions.slice(0, -1).every((version) => version.same);
  if (same) return [head, el("p", {}, sayCount(texts, "same_in_all", one.versions.length)), replaced];
  return [head, comparePicker(one.id, one.versions, root), replaced];
}

function compareWay(root, words, name, place) {
  const link = way(root, { view: "compare", ...place }, say(words, { title: name }));
  link.setAttribute("aria-label", say(root.texts.compare_named, { title: name }));
  return link;
}

// Two editions to choose, and the button that compares them.
function comparePicker(document_, versions, root, chosen = {}) {
  const texts = root.texts;
  const options = versions.map((version) => [
    version.edition,
    say(version.current ? texts.version_current : version.same ? texts.version_same : texts.version, version),
  ]);
  const first = versions.findIndex((version) => !version.same);
  const before = choice("before", options, chosen.before || versions[Math.min(first + 1, versions.length - 1)].edition);
  const after = choice("after", options, chosen.after || versions[0].edition);
  const form = el("form", { className: "filters even" }, field(texts.earlier, before), field(texts.later, after), el("button", { className: "main" }, texts.compare));
  form.onsubmit = (event) => {
    event.preventDefault();
    root.send("go", new URLSearchParams({ view: "compare", document: document_, before: before.value, after: after.value }).toString());
  };
  return form;
}

function record(one, root) {
  const texts = root.texts;
  const facts = [
    [texts.publisher, one.publisher],
    [texts.about, one.about],
    [texts.published, one.published_on],
    [texts.licence, one.licence],
    [texts.source_url, one.address ? el("a", { href: one.address, target: "_blank", rel: "noopener noreferrer" }, one.address) : ""],
    [texts.replaces, one.supersedes ? way(root, { view: "document", document: one.supersedes.id }, one.supersedes.title) : ""],
    [texts.came, since(one.came, texts)],
    [texts.last_changed, since(one.changed, texts)],
    [texts.passages, one.passages.toLocaleString("en")],
    [texts.size, sized(one.bytes, texts)],
    [texts.reader, one.reader],
    [texts.file, one.path],
    [texts.fingerprint, el("code", {}, one.sha256)],
  ];
  const given = facts.filter(([, value]) => value !== "");
  return el("dl", {}, ...given.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function unfolding(words, node, open = false) {
  return el("details", { open }, el("summary", {}, words), node);
}
