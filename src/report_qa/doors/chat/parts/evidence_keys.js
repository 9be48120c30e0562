// Keys. Single letters count only while the evidence has the focus and nobody types, so that they take no key from a text field, a
// screen reader or speech input; Alt with an arrow goes through the sources from wherever the focus is.

function listen(root) {
  root.addEventListener("keydown", (event) => pressed(root, event));
  const anywhere = (event) => {
    if (!root.isConnected) return document.removeEventListener("keydown", anywhere);
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || isTyping(event)) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || !root.data.cites?.length) return;
    event.preventDefault();
    stepSource(root, by);
  };
  document.addEventListener("keydown", anywhere);
}

function isTyping(event) {
  const [target] = event.composedPath();
  return target?.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target?.tagName || "");
}

function pressed(root, event) {
  if (event.key === "Escape") return escape(root, event);
  if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event)) return;
  const act = KEYS[event.key];
  if (act && act(root) !== false) event.preventDefault();
}

// First the innermost that is open.
function escape(root, event) {
  event.stopPropagation();
  if (root.finding) closeFinder(root);
  else if (root.disclosed) {
    const name = root.disclosed;
    disclose(root, "");
    root.querySelector(`[data-name="show-${name}"]`)?.focus({ preventScroll: true });
  } else if (!root.data.alone) root.send("close", true);
}

const KEYS = {
  j: (root) => stepSource(root, 1),
  k: (root) => stepSource(root, -1),
  "+": (root) => zoomBy(root, 1),
  "=": (root) => zoomBy(root, 1),
  "-": (root) => zoomBy(root, -1),
  0: (root) => canZoom(root) && zoomTo(root, "100"),
  "/": (root) => (root.data.located ? openFinder(root) : false),
  "?": (root) => (root.data.absent ? false : disclose(root, root.disclosed === "keyboard" ? "" : "keyboard")),
  PageDown: (root) => scrollOrTurn(root, 1),
  PageUp: (root) => scrollOrTurn(root, -1),
};

function canZoom(root) {
  return Boolean(root.data.located && root.data.pages.length);
}

function zoomBy(root, by) {
  if (!canZoom(root)) return false;
  const steps = ["100", "150", "200"];
  const at = root.zoom === "words" ? 0 : steps.indexOf(root.zoom);
  const to = steps[Math.min(2, Math.max(0, at + by))];
  if (to !== root.zoom || root.asText) zoomTo(root, to);
}

// A page that does not fit is gone through before the next one comes.
function scrollOrTurn(root, by) {
  const view = root.querySelector(".view.paged");
  if (!view) return false;
  const left = by > 0 ? view.scrollHeight - view.clientHeight - view.scrollTop : view.scrollTop;
  if (left > 8) view.scrollBy({ top: by * view.clientHeight * 0.9 });
  else turnBy(root, by);
}
