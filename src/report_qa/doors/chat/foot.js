// The foot of an answer: where it is from, and what can be done with it.
function foot(item, root) {
  const copy = el("button", { className: "copy", type: "button" }, root.texts.copy);
  copy.setAttribute("aria-label", root.texts.copy_named);
  copy.onclick = async () => {
    await copyText(item.copy);
    copy.textContent = root.texts.copied;
    setTimeout(() => (copy.textContent = root.texts.copy), 1600);
  };
  const by = item.by ? el("span", { className: "by" }, item.by) : null;
  return el("p", { className: "foot" }, by, el("span", {}, item.foot), copy, shareButton(item.turn || item.id, root));
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
