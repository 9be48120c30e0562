// Elements, icons, what opens and closes, and lists that keep the elements of what did not change. Every string is written with
// textContent, so nothing in it can become an element.
const ICONS = {
  supported: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "m8.2 12.2 2.6 2.6 5-5.4"],
  contradicted: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "m9 9 6 6", "m15 9-6 6"],
  not_found: ["M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z", "m15.3 15.3 5 5", "M8 10.5h5"],
  not_a_claim: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "M8.5 12h7"],
  note: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "M12 11v5.2", "M12 7.8v.1"],
  more: ["m9 6 6 6-6 6"],
};

function el(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", `icon ${name}`);
  drawing.setAttribute("aria-hidden", "true");
  for (const line of ICONS[name]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", line);
    drawing.append(path);
  }
  return drawing;
}

// Makes the children of a list those of the items, each by its id. One that did not change keeps its element, and with it
// focus, selection and what is opened in it; `change` may bring an element up to date instead of having it made anew.
function keep(list, items, make, change) {
  const before = new Map([...list.children].map((node) => [node.dataset.id, node]));
  const nodes = items.map((item) => {
    const signature = JSON.stringify(item);
    const kept = before.get(item.id);
    if (kept && kept.signature === signature) return kept;
    const node = (kept && change && change(kept, item)) || make(item);
    node.dataset.id = item.id;
    node.signature = signature;
    return node;
  });
  // Moving an element that stays would take the focus from what is in it.
  nodes.forEach((node, place) => {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] || null);
  });
  while (list.children.length > nodes.length) list.lastChild.remove();
  return nodes.filter((node) => !before.has(node.dataset.id));
}

function discloses(button, panel) {
  const set = (open) => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  set(false);
  button.onclick = () => set(panel.hidden);
  panel.onkeydown = button.onkeydown = (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    event.stopPropagation();
    set(false);
    button.focus();
  };
  return button;
}
