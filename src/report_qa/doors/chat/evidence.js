// Shows one cited quotation: its page with the words marked, or its section. Text is written with textContent only.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".sheet");
  if (!root) {
    root = el("section", { className: "sheet" });
    root.setAttribute("aria-label", "Evidence");
    // On a phone a whole page can't be read: the marked words fill the width instead.
    root.zoom = PHONE.matches ? "words" : "100";
    root.onkeydown = (event) => event.key === "Escape" && !data.alone && root.send("close", true);
    parentElement.append(root);
  }
  root.send = setTriggerValue;
  root.texts = data.texts;
  root.readOnly = data.alone || data.read_only;
  const signature = JSON.stringify(data);
  if (root.signature === signature) return;
  root.signature = signature;
  const held = focused(root);
  if (data.absent) {
    root.replaceChildren(bar(data, root), el("p", { className: "absent" }, ABSENT));
    return;
  }
  const asText = !data.pages.length || root.asText === true;
  const body = data.located ? (asText ? section(data) : pages(data, root)) : el("p", { className: "absent" }, MOVED);
  root.replaceChildren(bar(data, root), heading(data), actions(data, root), data.located ? tools(data, root) : "", body);
  // On a phone the sheet lies over the conversation, so the focus goes there with it.
  const focus = held || (PHONE.matches ? "close" : "");
  if (focus) root.querySelector(`[data-name="${focus}"]`)?.focus({ preventScroll: true });
  requestAnimationFrame(() => reveal(root));
}

const PHONE = matchMedia("(max-width: 640px)");
const ZOOMS = [
  ["100", "Fit"],
  ["150", "150%"],
  ["200", "200%"],
];
const PHONE_ZOOMS = [
  ["words", "Words"],
  ["100", "Page"],
  ["200", "200%"],
];
const ABSENT = "This citation names nothing on the shelf. It may have been cut short on its way here.";
const MOVED =
  "Not located: the edition that was cited is gone, and these very words don't stand at their place in the current one. Nothing is marked.";

function bar(data, root) {
  const close = button("✕", "close", () => root.send("close", true));
  close.setAttribute("aria-label", "Close the evidence");
  const several = data.cites && data.position >= 0 && data.cites.length > 1;
  const step = (by, name, sign) => {
    const to = data.cites[data.position + by];
    const node = button(sign, name, () => root.send("cite", to));
    node.setAttribute("aria-label", by < 0 ? "Previous source" : "Next source");
    node.disabled = to === undefined;
    return node;
  };
  return el(
    "div",
    { className: "bar" },
    el("span", { className: "where" }, several ? `Source ${data.position + 1} of ${data.cites.length}` : "Source"),
    several ? step(-1, "previous", "‹") : "",
    several ? step(1, "next", "›") : "",
    data.alone ? "" : close,
  );
}

function heading(data) {
  const role = el("span", { className: `badge ${data.role}` }, data.role === "report" ? "Report" : "Evidence");
  const old = data.superseded ? el("span", { className: "badge old" }, "Superseded") : "";
  return el(
    "header",
    {},
    el("h2", {}, data.title),
    el("p", { className: "meta" }, role, old, el("b", { className: "locator" }, data.locator), el("span", {}, data.source)),
  );
}

function actions(data, root) {
  const copy = button("Copy citation", "copy", async () => {
    const said = await copyText(`${data.reference} ${location.origin}${data.link}`);
    copy.textContent = said;
    setTimeout(() => (copy.textContent = "Copy citation"), 1600);
  });
  const whole = data.downloads ? "Download the document" : "Open the whole document";
  return el(
    "nav",
    { className: "actions", ariaLabel: "About this source" },
    link(data.original, whole, data.downloads ? {} : { target: "_blank" }),
    data.address ? link(data.address, "Original publication ↗", { target: "_blank" }) : "",
    copy,
    link(data.link, "Permanent link", { target: "_blank" }),
    shareButton(data.cite, root),
  );
}

function tools(data, root) {
  if (!data.pages.length) return "";
  const redraw = () => {
    root.signature = "";
    show({ data, parentElement: root.parentNode, setTriggerValue: root.send });
  };
  const choices = (PHONE.matches ? PHONE_ZOOMS : ZOOMS).map(([zoom, name]) => {
    const node = button(name, `zoom-${zoom}`, () => {
      root.zoom = zoom;
      root.asText = false;
      redraw();
    });
    node.setAttribute("aria-pressed", String(root.zoom === zoom && !root.asText));
    return node;
  });
  const text = button("Text", "text", () => {
    root.asText = true;
    redraw();
  });
  text.setAttribute("aria-pressed", String(root.asText === true));
  const view = el("div", { className: "segments", role: "group" }, ...choices, text);
  view.setAttribute("aria-label", "View");
  return el("div", { className: "tools" }, view, el("span", { className: "path" }, data.heading));
}

function percent(data, root) {
  if (root.zoom !== "words") return Number(root.zoom);
  const boxes = data.pages.flatMap((page) => page.boxes);
  const width = Math.max(...boxes.map((box) => box.left + box.width)) - Math.min(...boxes.map((box) => box.left));
  return Math.min(170, Math.max(100, 9200 / width));
}

function pages(data, root) {
  const zoom = percent(data, root);
  const shown = data.pages.map((page) => {
    const picture = el("img", {
      alt: `${page.name} of ${data.title}. Marked: ${data.quote}`,
      decoding: "async",
      draggable: false,
      src: `${page.picture}scale=${data.scales[0]}`,
      srcset: data.scales.map((scale) => `${page.picture}scale=${scale} ${Math.round(page.width * scale)}w`).join(", "),
      sizes: `${Math.round((root.clientWidth || 560) * (zoom / 100))}px`,
    });
    const boxes = page.boxes.map((box) => {
      const mark = el("mark", {});
      for (const side of ["left", "top", "width", "height"]) mark.style[side] = `${box[side]}%`;
      return mark;
    });
    // The boxes are one quotation: it is read out once, not once for each line.
    const words = el("div", { className: "words", role: "img" }, ...boxes);
    words.setAttribute("aria-label", `Marked: ${data.quote}`);
    const paper = el("div", { className: "paper" }, picture, words);
    paper.style.aspectRatio = `${page.width} / ${page.height}`;
    const caption = page.label && page.label !== String(page.index + 1) ? `${page.name}, printed ${page.label}` : page.name;
    return el("figure", {}, paper, el("figcaption", {}, caption));
  });
  const view = el("div", { className: "view paged", tabIndex: 0, role: "region" }, ...shown);
  view.setAttribute("aria-label", "Page");
  view.style.setProperty("--zoom", `${zoom}%`);
  return view;
}

function section(data) {
  const view = el("div", { className: "view section", tabIndex: 0, role: "region" });
  view.setAttribute("aria-label", "Section");
  const path = data.heading.split(" › ");
  if (path[path.length - 1]) view.append(el("h3", {}, path[path.length - 1]));
  let list = null;
  for (const paragraph of data.paragraphs) {
    if (paragraph.kind === "list") {
      if (!list) view.append((list = el("ul", {})));
      list.append(el("li", {}, ...runs(paragraph.runs)));
      continue;
    }
    list = null;
    if (paragraph.kind === "table") view.append(table(paragraph));
    else view.append(el("p", { className: paragraph.kind }, ...runs(paragraph.runs)));
  }
  return view;
}

function table(paragraph) {
  const row = (cells, tag) => el("tr", {}, ...cells.map((cell) => el(tag, tag === "th" ? { scope: "col" } : {}, ...runs(cell))));
  const heads = paragraph.rows.slice(0, paragraph.header_rows);
  const rest = paragraph.rows.slice(paragraph.header_rows);
  const node = el("table", {}, el("thead", {}, ...heads.map((cells) => row(cells, "th"))), el("tbody", {}, ...rest.map((cells) => row(cells, "td"))));
  return el("div", { className: "wide" }, node);
}

function runs(parts) {
  return parts.map(([words, marked]) => (marked ? el("mark", {}, words) : words));
}

function reveal(root) {
  const view = root.querySelector(".view");
  const marks = [...(view?.querySelectorAll("mark") || [])].map((mark) => mark.getBoundingClientRect());
  if (!marks.length) return;
  const around = view.getBoundingClientRect();
  const left = Math.min(...marks.map((mark) => mark.left));
  const width = Math.max(...marks.map((mark) => mark.right)) - left;
  view.scrollTop += marks[0].top - around.top - around.height * 0.28;
  view.scrollLeft += left - around.left - Math.max(12, (around.width - width) / 2);
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { value: text });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) return "Not copied";
  }
  return "Copied";
}

function focused(root) {
  const active = root.getRootNode().activeElement;
  return active && root.contains(active) ? active.dataset.name : "";
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
