// What is known of the source besides its words, and the keys that the pane listens to: two disclosures.

function record(root) {
  const { data } = root;
  const { texts } = data;
  const rows = data.record.flatMap(([name, label, value]) => {
    const shown = name === "sha256" ? hash(root, value) : [value];
    return [el("dt", {}, label), el("dd", {}, ...shown)];
  });
  const about = el("div", { className: "disclosed record", hidden: root.disclosed !== "record" }, el("dl", {}, ...rows));
  const pairs = [
    [texts.keys_next, texts.key_next],
    [texts.keys_pages, texts.key_pages],
    [texts.keys_zoom, texts.key_zoom],
    [texts.keys_find, texts.key_find],
    [texts.keys_close, texts.key_close],
  ];
  const keys = pairs.flatMap(([pressed, does]) => [el("dt", {}, el("kbd", {}, pressed)), el("dd", {}, does)]);
  const help = el(
    "div",
    { className: "disclosed keyboard", hidden: root.disclosed !== "keyboard" },
    el("dl", {}, ...keys),
    el("p", {}, texts.keyboard_note),
  );
  return el("div", { className: "disclosures" }, chainPanel(root), about, help);
}

function recordButton(root) {
  const { texts, record: known } = root.data;
  return known.length ? disclosing(root, "record", texts.record) : "";
}

function disclosing(root, name, label) {
  const node = button(label, `show-${name}`, () => disclose(root, root.disclosed === name ? "" : name));
  node.classList.add("disclosing");
  node.ariaExpanded = String(root.disclosed === name);
  return node;
}

function disclose(root, name) {
  root.disclosed = name;
  for (const each of ["chain", "record", "keyboard"]) {
    const panel = root.querySelector(each === "chain" ? ".chain-panel" : `.disclosed.${each}`);
    if (panel) panel.hidden = each !== name;
    const node = root.querySelector(`[data-name="show-${each}"]`);
    if (node) node.ariaExpanded = String(each === name);
  }
}

function hash(root, value) {
  const { texts } = root.data;
  const copy = button(texts.copy_hash, "copy-hash", () => copied(root, copy, texts.copy_hash, value));
  copy.ariaLabel = texts.copy_hash_named;
  return [el("code", { title: value }, `${value.slice(0, 12)}…`), copy];
}
