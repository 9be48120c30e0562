// The editions that are kept, each with its receipt; and the files that could not be read.
function showEditions(data, root) {
  const texts = root.texts;
  const [newest, ...earlier] = data.editions;
  return [
    title(texts.editions),
    data.rolled_back.length ? el("p", { className: "notice" }, say(texts.rolled_back, { current: data.current, editions: data.rolled_back.join(", ") })) : null,
    el("p", { className: "quiet" }, sayCount(texts, "editions_kept", data.editions.length)),
    edition(newest, root),
    ...earlier.map((each) => edition(each, root)),
  ];
}

function edition(item, root) {
  const texts = root.texts;
  const name = el("h2", {}, say(texts.edition, item), item.current ? badge(texts.in_use, "report") : null);
  const lead = [item.at, item.seconds === null ? "" : say(texts.took, item), item.parent ? say(texts.made_from, item) : texts.first].filter(Boolean).join(" · ");
  const holds = say(texts.holds, { documents: item.documents.toLocaleString("en"), pages: item.pages.toLocaleString("en"), passages: item.passages.toLocaleString("en") });
  return el(
    "section",
    { className: "edition" },
    name,
    el("p", { className: "quiet" }, lead),
    el("p", { className: "quiet" }, holds),
    ...(item.receipt ? receipt(item, root) : [el("p", {}, texts.no_receipt)]),
    unfolding(texts.made_by, madeBy(item, texts)),
  );
}

function receipt(item, root) {
  const texts = root.texts;
  const open = (one) => (one.id ? way(root, { view: "document", document: one.id }, one.title) : one.title);
  const lists = [
    part(sayCount(texts, "added", item.added.length), item.added.map((one) => [open(one)])),
    part(
      sayCount(texts, "changed", item.changed.length),
      item.changed.map((one) => [
        open(one),
        one.kept === undefined ? "" : el("span", { className: "quiet" }, say(texts.passages_changed, one)),
        one.id && item.parent ? compareWay(root, texts.what_changed, one.title, { document: one.id, before: item.parent, after: item.edition }) : "",
      ]),
    ),
    part(sayCount(texts, "withdrawn", item.withdrawn.length), item.withdrawn.map((one) => [one.title])),
    part(sayCount(texts, "moved", item.moved.length), item.moved.map(([from, to]) => [say(texts.moved_from, { from, to })])),
    part(sayCount(texts, "left_out_files", item.left_out.length), item.left_out.map((one) => [leftOut(one, texts)])),
  ].filter(Boolean);
  const rest = [item.unchanged ? sayCount(texts, "unchanged", item.unchanged) : "", item.retired.length ? say(texts.retired, { editions: item.retired.join(", ") }) : ""];
  if (!lists.length) lists.push(el("p", {}, texts.nothing_changed));
  return [...lists, ...rest.filter(Boolean).map((words) => el("p", { className: "quiet" }, words))];
}

const MOST_LISTED = 8;

function part(name, entries) {
  if (!entries.length) return null;
  const items = entries.map((nodes) => el("li", {}, ...nodes));
  const list = el("ul", {}, ...items);
  return entries.length > MOST_LISTED ? unfolding(name, list) : el("div", {}, el("h3", {}, name), list);
}

function leftOut(one, texts) {
  if (one.why === "drafts") return say(texts.left_draft, one);
  if (one.why === "duplicates") return say(texts.left_duplicate, one);
  return one.why === "unreadable" ? one.reason : say(texts.left_for, one);
}

function madeBy(item, texts) {
  const readers = item.readers.map(([reader, count]) => say(texts.reader_counted, { reader, count }));
  return el("ul", {}, ...[...readers, say(texts.embedded_by, item), say(texts.program, item)].map((words) => el("li", {}, words)));
}

function showUnread(data, root) {
  const texts = root.texts;
  const rows = data.refused.map((one) => [
    el("code", {}, one.path),
    one.reason,
    one.remedy || texts.remedy_said,
    one.still ? el("span", {}, `${texts.still} `, way(root, { view: "document", document: one.still.id }, one.still.title)) : texts.not_on_shelf,
    say(one.quarantine ? texts.since_quarantine : texts.since_day, { day: one.since }),
  ]);
  const gone = data.withdrawn.map((one) => el("li", {}, say(one.purged ? texts.purged_on : texts.withdrawn_on, one)));
  return [
    title(texts.unread),
    el("p", {}, rows.length ? texts.unread_lead : texts.unread_none),
    rows.length ? table("refused", [texts.file, texts.why, texts.what_to_do, texts.on_the_shelf, texts.seen], rows) : null,
    ...(gone.length ? [el("h2", {}, texts.taken_out), el("p", { className: "quiet" }, texts.taken_out_lead), el("ul", {}, ...gone)] : []),
  ];
}
