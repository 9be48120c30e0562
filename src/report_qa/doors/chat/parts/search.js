// Search without an answer: the words, the filters, and the passages that were found, each opening its evidence.
function showSearch(data, root, again) {
  const texts = root.texts;
  const form = again ? root.form : (root.form = searchForm(data, root));
  fillIn(form, data);
  const list = el("div", { className: "found" }, ...found(data, root));
  if (data.state !== "loading" && data.lead) announce(root, data.lead);
  if (again) {
    // The form stays as it is, and the focus in it.
    form.nextElementSibling.replaceWith(list);
    return null;
  }
  return [title(texts.search), el("p", { className: "quiet" }, texts.search_lead), form, list];
}

function searchForm(data, root) {
  const texts = root.texts;
  const documents = data.choices.documents.map((one) => [one.id, one.title]);
  const year = (name) => el("input", { type: "text", inputMode: "numeric", pattern: "\\d{4}", maxLength: 4, name, placeholder: texts.year_form });
  const form = el(
    "form",
    { className: "search" },
    el("div", { className: "asked" }, field(texts.words, el("input", { type: "search", name: "words", maxLength: data.longest, autocomplete: "off" })), el("button", { className: "main" }, texts.search_now)),
    el(
      "div",
      { className: "filters" },
      field(texts.within, choice("within", [["", texts.all_documents], ...documents], "")),
      field(texts.role, choice("role", [["", texts.any], ...data.choices.roles.map((role) => [role, texts[role]])], "")),
      field(texts.body, choice("body", [["", texts.any], ...data.choices.bodies.map((body) => [body, body])], "")),
      field(texts.since_year, year("since")),
      field(texts.until_year, year("until")),
    ),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    const asked = [...new FormData(form)].filter(([, value]) => value.trim());
    root.send("go", new URLSearchParams([["view", "search"], ...asked]).toString());
    if (form.elements.words.value.trim()) announce(root, texts.searching);
  };
  return form;
}

function fillIn(form, data) {
  const given = JSON.stringify([data.words, data.filters]);
  if (form.given === given) return;
  form.given = given;
  form.elements.words.value = data.words;
  for (const [name, value] of Object.entries(data.filters)) form.elements[name].value = value;
}

function found(data, root) {
  const texts = root.texts;
  if (data.state === "idle") return [];
  const lead = el("p", { className: data.state === "loading" ? "shimmer" : data.state === "problem" ? "problem" : "quiet" }, data.lead);
  if (data.state !== "found") return [lead];
  return [lead, data.undated ? el("p", { className: "quiet" }, data.undated) : null, el("ol", { className: "passages" }, ...data.found.map((one) => el("li", {}, foundPassage(one, root, texts))))].filter(Boolean);
}

function foundPassage(one, root, texts) {
  const head = el(
    "span",
    { className: "near-source" },
    badge(texts[one.role], one.role),
    one.superseded ? badge(texts.superseded, "old") : null,
    el("b", {}, one.title),
    el("span", {}, one.place),
  );
  const words = el("span", { className: "near-words" }, ...marked(one.runs, "mark"));
  return citing(el("button", { className: "near", type: "button" }, head, words), one.cite, root);
}
