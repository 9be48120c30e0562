// "Find in this document": what is typed is looked for as it stands, the places are listed, and one that is chosen is shown on its
// page or in its text.

function finder(root) {
  const box = el("search", { className: "finder", hidden: true });
  root.field = el("input", { type: "search", autocomplete: "off", spellcheck: false, maxLength: 200 });
  root.field.dataset.name = "find-field";
  root.count = el("span", { className: "count" });
  root.hits = el("ol", { className: "hits" });
  const close = button("✕", "find-close", () => closeFinder(root));
  const form = el("form", {}, root.field, root.count, close);
  form.onsubmit = (event) => {
    event.preventDefault();
    const places = root.hits.querySelectorAll(".hit");
    const next = [...places].findIndex((node) => node.ariaCurrent === "true") + 1;
    (places[next] || places[0])?.click();
  };
  root.field.oninput = () => {
    clearTimeout(root.typing);
    root.typing = setTimeout(() => look(root), 140);
  };
  box.onkeydown = (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const places = [...root.hits.querySelectorAll("button")];
    const at = places.indexOf(root.getRootNode().activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    (places[at] || root.field).focus();
  };
  box.append(form, root.hits);
  return box;
}

function openFinder(root) {
  const { texts } = root.data;
  root.finding = true;
  root.field.ariaLabel = root.field.placeholder = texts.find_in;
  root.querySelector(".find-close").ariaLabel = texts.find_close;
  draw(root);
  root.field.focus();
  root.field.select();
}

function closeFinder(root) {
  if (!root.finding) return;
  emptyFinder(root);
  draw(root);
  root.querySelector('[data-name="find"]')?.focus({ preventScroll: true });
}

function emptyFinder(root) {
  root.field.value = root.count.textContent = "";
  root.hits.replaceChildren();
  Object.assign(root, { finding: false, query: "", found: null, hit: null });
}

async function look(root, skip = 0) {
  const { data } = root;
  const { texts } = data;
  const query = root.field.value.trim();
  root.query = query;
  if (query.length < 2) {
    root.count.textContent = "";
    return root.hits.replaceChildren();
  }
  let found;
  try {
    found = await ask(root, `/find/${data.sha256}`, { q: query, skip });
  } catch {
    root.count.textContent = texts.find_failed;
    return announce(root, texts.find_failed);
  }
  if (root.query !== query || root.data.sha256 !== data.sha256) return;
  const count = found.apart ? sayCount(texts, "found_apart", found.total) : sayCount(texts, "found", found.total);
  root.count.textContent = found.total ? count : texts.found_none;
  if (!skip) {
    announce(root, root.count.textContent);
    root.hits.replaceChildren();
  }
  root.hits.querySelector(".more")?.parentNode.remove();
  root.hits.append(...found.hits.map((hit) => el("li", {}, hitButton(root, hit, query))));
  if (found.next) {
    const next = button(texts.more_hits, "more-hits", () => look(root, found.next));
    next.className = "more";
    root.hits.append(el("li", {}, next));
  }
}

function hitButton(root, hit, query) {
  const { texts } = root.data;
  const where = hit.page === null ? hit.where : pageShort(hit.page, hit.label, texts);
  const node = button("", "hit", () => choose(root, hit, node, query));
  node.page = hit.page;
  const words = hit.runs.map(([part, marks]) => (marks ? el("mark", { className: "found" }, part) : part));
  node.append(el("b", {}, where), el("span", {}, ...words));
  return node;
}

async function choose(root, hit, node, query) {
  const { data } = root;
  const every = [...root.hits.querySelectorAll(".hit")];
  for (const each of every) each.ariaCurrent = String(each === node);
  node.scrollIntoView({ block: "nearest" });
  try {
    if (hit.page === null || root.asText || !data.pages.length) {
      const stretch = await askText(root, { at: hit.at, found: foundIn(hit) });
      root.hit = hit;
      return setStretch(root, data, stretch);
    }
    const [, { found }] = await Promise.all([loadPages(root), ask(root, `/leaf/${data.sha256}/${hit.page}`, { q: query })]);
    if (root.data !== data) return;
    const place = every.filter((each) => each.page === hit.page).indexOf(node);
    Object.assign(root, { leaf: hit.page, hit, found: { page: hit.page, boxes: found, place } });
    draw(root);
    announce(root, pageName(leafOf(root, hit.page), data.texts));
  } catch {
    announce(root, data.texts.failed);
  }
}
