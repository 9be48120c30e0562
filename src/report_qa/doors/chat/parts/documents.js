// The list of documents: found by a word, filtered, sorted. Nothing is asked of the server for that.
const SORTS = {
  shelf: null,
  title: (one) => one.title.toLowerCase(),
  newest: (one) => -Number(one.published.replaceAll("-", "") || 0),
  changed: (one) => -Date.parse(one.changed.at),
  pages: (one) => -(one.page_count ?? 0),
  size: (one) => -(one.bytes ?? 0),
  quality: (one) => one.quality?.good ?? 2,
};
// The sign of each state of a page; its word stands beside it.
const SIGNS = { text: "≡", recognised: "≈", pictures: "▣", empty: "○", unread: "✕" };

function showDocuments(data, root) {
  const texts = root.texts;
  const wish = (root.wish ??= { words: "", role: "", state: "", sort: "shelf" });
  const list = el("div", {});
  const draw = (said) => {
    const rows = sorted(data.documents.filter((one) => fits(one, wish)), wish.sort);
    const count = rows.length === data.documents.length ? sayCount(texts, "count", rows.length) : say(texts.count_of, { count: rows.length, all: data.documents.length });
    list.replaceChildren(
      el("p", { className: "quiet" }, count),
      rows.length ? documentTable(rows, root) : el("p", { className: "none" }, texts.none_fits),
    );
    if (said) announce(root, count);
  };
  const set = (name) => (event) => {
    wish[name] = event.target.value;
    draw(true);
  };
  const words = el("input", { type: "search", value: wish.words, oninput: set("words"), autocomplete: "off" });
  const role = choice("role", [["", texts.any], ["report", texts.report], ["evidence", texts.evidence]], wish.role);
  const state = choice("state", [["", texts.any], ["published", texts.in_force], ["superseded", texts.superseded], ["look", texts.to_look_at]], wish.state);
  const sort = choice(
    "sort",
    [["shelf", texts.sort_shelf], ["title", texts.sort_title], ["newest", texts.sort_newest], ["changed", texts.sort_changed], ["pages", texts.sort_pages], ["size", texts.sort_size], ["quality", texts.sort_quality]],
    wish.sort,
  );
  role.onchange = set("role");
  state.onchange = set("state");
  sort.onchange = set("sort");
  const bar = el("div", { className: "filters", role: "group" }, field(texts.find, words), field(texts.role, role), field(texts.state, state), field(texts.sort, sort));
  bar.setAttribute("aria-label", texts.filter_documents);
  draw(false);
  return [title(texts.documents), bar, list];
}

function fits(one, wish) {
  const said = `${one.title} ${one.publisher} ${one.id}`.toLowerCase();
  const all = wish.words.toLowerCase().split(/\s+/).every((word) => said.includes(word));
  const state = !wish.state || (wish.state === "look" ? one.quality && one.quality.good < 1 : one.state === wish.state);
  return all && state && (!wish.role || one.role === wish.role);
}

function sorted(rows, by) {
  const key = SORTS[by];
  if (!key) return rows;
  return [...rows].sort((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
}

function documentTable(rows, root) {
  const texts = root.texts;
  return table(
    "documents",
    [texts.document, texts.role, texts.pages, texts.passages, texts.size, texts.quality, texts.last_changed],
    rows.map((one) => [
      el(
        "div",
        {},
        way(root, { view: "document", document: one.id }, one.title, { className: "name" }),
        el("span", { className: "under" }, [one.kind, one.publisher, one.published_on].filter(Boolean).join(" · ")),
        one.state === "published" ? null : standing(one, texts),
      ),
      badge(texts[one.role], one.role),
      one.page_count === null ? "–" : one.page_count.toLocaleString("en"),
      one.passages.toLocaleString("en"),
      sized(one.bytes, texts),
      quality(one.quality, texts),
      since(one.changed, texts),
    ]),
  );
}

function standing(one, texts) {
  const words = one.superseded_by ? say(texts.superseded_by, { title: one.superseded_by }) : one.state === "draft" ? texts.draft : texts.superseded;
  return el("span", { className: "old" }, words);
}

function since(since_, texts) {
  return say(since_.exact ? texts.since : texts.since_before, since_);
}

// The name of a page's state.
function stateWord(state, texts) {
  return { text: texts.page_text, recognised: texts.page_recognised, pictures: texts.page_pictures, empty: texts.page_empty, unread: texts.page_unread }[state];
}

function quality(found, texts) {
  if (!found) return el("span", { className: "state text" }, `${SIGNS.text} ${texts.whole_text}`);
  const doubtful = found.pages.filter(([state]) => state !== "text" && state !== "empty");
  if (!doubtful.length) return el("span", { className: "state text" }, `${SIGNS.text} ${texts.all_text}`);
  return el(
    "span",
    {},
    ...doubtful.map(([state, count]) => el("span", { className: `state ${state}` }, `${SIGNS[state]} ${count} ${stateWord(state, texts).toLowerCase()}`)),
  );
}
