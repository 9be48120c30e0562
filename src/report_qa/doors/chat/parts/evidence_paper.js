// Pages as they are printed: the picture, and over it the boxes of the citation that is open, of the answer's other citations on
// the same page, and of what the reader looked for; turning pages; and the small pictures of all pages that the answer cites.

function pages(root) {
  const { data } = root;
  const shown = root.leaf === null ? data.pages : [leafOf(root, root.leaf)];
  const zoom = percent(root, shown);
  const view = el("div", { className: "view paged", tabIndex: 0, role: "region", ariaLabel: data.texts.page_region });
  view.append(...shown.map((page) => sheetOf(root, page, zoom)));
  view.style.setProperty("--zoom", `${zoom}%`);
  return view;
}

function sheetOf(root, page, zoom) {
  const { data } = root;
  const { texts } = data;
  const name = pageName(page, texts);
  const picture = el("img", {
    alt: say(texts.page_alt, { page: name, title: data.title, words: page.excerpt || "" }),
    decoding: "async",
    draggable: false,
    fetchPriority: "high",
    ...pictured(root, page, zoom),
  });
  const paper = el("div", { className: "paper" }, picture, looked(root, page), ...words(root, page), ...beside(root, page));
  spread([...paper.querySelectorAll(".number")]);
  paper.style.aspectRatio = `${page.width} / ${page.height}`;
  picture.onerror = () => {
    if (picture.askedAgain) return paper.replaceWith(undrawn(root, page));
    // One request may be lost on its way; two are no accident.
    picture.askedAgain = true;
    setTimeout(() => Object.assign(picture, pictured(root, page, zoom)), 400);
  };
  if (!page.excerpt) describe(root, page, picture, name);
  const recognised = page.recognised ? el("span", { className: "recognised" }, texts.recognised) : "";
  return el("figure", {}, paper, el("figcaption", {}, name, recognised));
}

function pictured(root, page, zoom) {
  const { scales, picture } = root.data;
  const address = picture.replace("{page}", page.index);
  return {
    sizes: `${Math.round((root.clientWidth || 560) * (zoom / 100))}px`,
    srcset: scales.map((scale) => `${within(`${address}scale=${scale}`)} ${Math.round(page.width * scale)}w`).join(", "),
    src: within(`${address}scale=${scales[0]}`),
  };
}

// The words of the citation that is open. They are one quotation: it is read out once, not once for each line.
function words(root, page) {
  const { data } = root;
  if (!page.boxes.length) return [];
  const marks = page.boxes.map((box) => placed(el("mark", {}), box));
  const layer = el("div", { className: "words", role: "img", ariaLabel: say(data.texts.marked, { quote: data.quote }) }, ...marks);
  const number = data.others.length ? numbered(page, el("span", { className: "number now", ariaHidden: "true" }, data.position + 1)) : "";
  return [layer, number].filter(Boolean);
}

// The other citations of the same answer on this page. A click opens one; by keyboard its number does.
function beside(root, page) {
  return root.data.others.flatMap((other) => {
    const { boxes = [], margin } = other.pages[page.index] || {};
    if (!boxes.length) return [];
    const choose = () => root.send("cite", other.cite);
    const lines = boxes.map((box) => {
      const line = placed(el("span", { className: "box other", ariaHidden: "true" }), box);
      line.onclick = choose;
      return line;
    });
    const number = button(other.number, `source-${other.number}`, choose);
    number.className = "number";
    number.ariaLabel = number.title = say(root.data.texts.other_source, { number: other.number, quote: other.quote });
    return [...lines, numbered({ boxes, margin }, number)];
  });
}

// What the reader looked for, where it stands on this page.
function looked(root, page) {
  const layer = el("div", { className: "looked", ariaHidden: "true" });
  if (!root.found || root.found.page !== page.index) return layer;
  root.found.boxes.forEach((boxes, place) => {
    for (const box of boxes) {
      layer.append(placed(el("span", { className: place === root.found.place ? "found now" : "found" }), box));
    }
  });
  return layer;
}

function placed(node, box) {
  for (const side of ["left", "top", "width", "height"]) node.style[side] = `${box[side]}%`;
  return node;
}

// A citation's number stands before the line on which its words begin.
function numbered({ boxes, margin }, node) {
  node.at = { left: margin, top: boxes[0].top };
  return node;
}

// Numbers that would lie on each other come below each other.
function spread(numbers) {
  const lines = [];
  for (const node of numbers.sort((one, other) => one.at.top - other.at.top)) {
    const { left, top } = node.at;
    const above = lines.filter((line) => Math.abs(line.left - left) < 5 && top - line.top < 2.7).length;
    lines.push(node.at);
    node.style.left = `max(27px, ${left}%)`;
    node.style.top = `calc(${top}% + ${26 * above}px)`;
  }
}

// The alternative text of a page that nobody quoted here is what stands on it.
async function describe(root, page, picture, name) {
  const { data } = root;
  try {
    const { text } = await ask(root, `/leaf/${data.sha256}/${page.index}`);
    picture.alt = say(data.texts.page_alt, { page: name, title: data.title, words: text.replace(/\s+/g, " ").slice(0, 1200) });
  } catch {
    picture.alt = say(data.texts.page_alt, { page: name, title: data.title, words: "" });
  }
}

// Without a picture there is nothing to mark on: the page's words are shown, and that is said.
function undrawn(root, page) {
  const { data } = root;
  const quote = data.quote.replace(/\s+/g, " ");
  const text = page.excerpt || "";
  const at = page.boxes.length ? text.indexOf(quote) : -1;
  const shown = at < 0 ? [text] : [text.slice(0, at), el("b", {}, quote), text.slice(at + quote.length)];
  return el("div", { className: "undrawn" }, el("p", { className: "absent" }, data.texts.undrawn), el("p", {}, ...shown));
}

function percent(root, shown) {
  if (root.zoom !== "words") return Number(root.zoom);
  const boxes = shown.flatMap((page) => page.boxes);
  if (!boxes.length) return 100;
  const width = Math.max(...boxes.map((box) => box.left + box.width)) - Math.min(...boxes.map((box) => box.left));
  return Math.min(170, Math.max(100, 9200 / width));
}

function pageName(page, texts) {
  const number = page.index + 1;
  const count = page.count;
  const printed = page.label && page.label !== String(number);
  return say(printed ? texts.page_of_printed : texts.page_of, { label: page.label, number, count });
}

function pageShort(index, label, texts) {
  const number = index + 1;
  if (label && label !== String(number)) return say(texts.page_short_both, { label, number });
  return say(texts.page_short, { label: number });
}

// Turning pages

function leafOf(root, index) {
  const cited = root.data.pages.find((page) => page.index === index);
  if (cited) return cited;
  const [label, width, height, recognised] = root.pages[index];
  return { index, label, width, height, recognised, count: root.pages.length, boxes: [], excerpt: "" };
}

async function turn(root, to) {
  try {
    await loadPages(root);
  } catch {
    return announce(root, root.data.texts.failed);
  }
  if (to < 0 || to >= root.pages.length) return;
  Object.assign(root, { leaf: to, asText: false, found: null, hit: null });
  draw(root);
  const { data } = root;
  const here = (data.pages.some((page) => page.index === to) ? 1 : 0) + data.others.filter((other) => other.pages[to]).length;
  const marks = here ? sayCount(data.texts, "on_page", here) : data.texts.on_page_none;
  announce(root, say(data.texts.turned_to, { page: pageName(leafOf(root, to), data.texts), marks }));
}

function turnBy(root, by) {
  const { pages: cited } = root.data;
  const from = root.leaf ?? (by < 0 ? cited[0].index : cited[cited.length - 1].index);
  return turn(root, from + by);
}

async function loadPages(root) {
  const { sha256 } = root.data;
  if (root.pagesOf === sha256) return;
  const { pages: list } = await ask(root, `/pages/${sha256}`);
  if (root.data.sha256 === sha256) Object.assign(root, { pages: list, pagesOf: sha256 });
}

// Pages are fetched before they are asked for: those beside this one, and those of the citations beside this one.
function prefetch(root) {
  clearTimeout(root.later);
  root.later = setTimeout(async () => {
    const { data } = root;
    try {
      await loadPages(root);
    } catch {
      return;
    }
    if (!root.isConnected || root.data !== data || !data.pages.length) return;
    const at = root.leaf ?? data.pages[0].index;
    const near = [at + 1, at - 1].filter((index) => index >= 0 && index < root.pages.length);
    for (const index of near) Object.assign(new Image(), pictured(root, leafOf(root, index), percent(root, [])));
    for (const page of data.cited_pages.filter((each) => each.cites.some(({ cite }) => isNear(data, cite)))) {
      const sizes = `${Math.round(root.clientWidth || 560)}px`;
      const srcset = data.scales.map((scale) => `${within(`${page.picture}scale=${scale}`)} ${Math.round(page.width * scale)}w`).join(", ");
      Object.assign(new Image(), { sizes, srcset });
    }
  }, 150);
}

function isNear(data, cite) {
  return Math.abs(data.cites.indexOf(cite) - data.position) === 1;
}

function pager(root) {
  const { data } = root;
  const { texts } = data;
  const count = data.pages[0].count;
  const at = root.leaf ?? data.pages[0].index;
  const step = (by, name, sign, label) => {
    const node = button(sign, name, () => turnBy(root, by));
    node.ariaLabel = label;
    node.ariaDisabled = String(at + by < 0 || at + by >= count);
    return node;
  };
  const label = leafOf(root, at).label || String(at + 1);
  const field = el("input", { type: "text", value: label, inputMode: "text", autocomplete: "off", ariaLabel: texts.go_to_page, title: texts.go_to_page });
  field.dataset.name = "go-to";
  field.onfocus = () => field.select();
  const form = el("form", { className: "go-to" }, field, el("span", {}, whereOf(at, label, count, texts)));
  form.onsubmit = async (event) => {
    event.preventDefault();
    const wanted = field.value;
    try {
      await loadPages(root);
    } catch {
      return announce(root, texts.failed);
    }
    const to = pageCalled(root.pages, wanted);
    if (to === undefined) {
      field.setAttribute("aria-invalid", "true");
      field.title = say(texts.no_such_page, { page: wanted });
      return announce(root, field.title);
    }
    await turn(root, to);
  };
  return el(
    "div",
    { className: "pager" },
    step(-1, "page-before", "‹", texts.previous_page),
    form,
    step(1, "page-after", "›", texts.next_page),
  );
}

// From a page that the reader turned to, the way back.
function backToWords(root) {
  const { data } = root;
  if (root.leaf === null || data.pages.some((page) => page.index === root.leaf)) return "";
  return button(data.texts.to_words, "to-words", () => {
    Object.assign(root, { leaf: null, stretch: null, found: null, hit: null });
    draw(root);
    announce(root, sourceSaid(data));
  });
}

function whereOf(at, label, count, texts) {
  return label === String(at + 1) ? say(texts.of_pages, { count }) : `(${say(texts.page_of, { number: at + 1, count })})`;
}

// "iv", "p. iv" or "12": what is printed counts first; "PDF 12" is the number of the sheet.
function pageCalled(list, wanted) {
  const name = wanted.trim().toLowerCase().replace(/^(?:p\.|page)\s*/, "");
  const sheet = name.match(/^pdf\s*(?:p\.|page)?\s*(\d+)$/);
  const printed = sheet ? -1 : list.findIndex(([label]) => label.toLowerCase() === name);
  if (printed >= 0 && name) return printed;
  const number = Number(sheet ? sheet[1] : /^\d+$/.test(name) ? name : NaN);
  return number >= 1 && number <= list.length ? number - 1 : undefined;
}

// The small pictures of all the pages that the answer cites.
function strip(root) {
  const { data } = root;
  if (!data.cited_pages || data.cited_pages.length < 2) return null;
  const { texts } = data;
  const shown = data.cited_pages.map((page, place) => {
    const here = page.cites.some(({ cite }) => cite === data.cite);
    const numbers = page.cites.map(({ number }) => number).join(", ");
    const thumb = button("", `thumb-${place}`, () => {
      if (!here) return root.send("cite", page.cites[0].cite);
      Object.assign(root, { leaf: null, asText: false, found: null });
      draw(root);
    });
    const picture = el("img", { alt: "", loading: "lazy", decoding: "async", fetchPriority: "low", draggable: false, src: within(page.thumb) });
    const boxes = page.cites.flatMap((each) =>
      each.boxes.map((box) => placed(el("span", { className: each.cite === data.cite ? "dot now" : "dot" }), box)),
    );
    const paper = el("span", { className: "small" }, picture, ...boxes);
    paper.style.aspectRatio = `${page.width} / ${page.height}`;
    thumb.className = "thumb";
    thumb.append(paper, el("span", { className: "thumb-page" }, page.label || String(page.index + 1)));
    if (here) thumb.setAttribute("aria-current", "true");
    const sources = sayCount(texts, "sources", page.cites.length, { numbers });
    thumb.ariaLabel = thumb.title = say(texts.cited_page, { title: page.title, page: pageShort(page.index, page.label, texts), sources });
    return el("li", {}, thumb);
  });
  return el("ul", { className: "strip", ariaLabel: texts.cited_pages }, ...shown);
}
