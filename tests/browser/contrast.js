// Returns each text on the page that has less contrast with what is behind it than it should: 4.5 to 1, or 3 to 1 from 24
// pixels on (WCAG 2.2, 1.4.3). Looks into shadow roots; leaves out what is hidden, disabled, or there for screen readers only.
() => {
  const pencil = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parts = (colour) => {
    pencil.clearRect(0, 0, 1, 1);
    pencil.fillStyle = colour;
    pencil.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pencil.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (above, below) => below.map((value, at) => above[at] * above[3] + value * (1 - above[3]));
  const behind = (element) => {
    const layers = [];
    let node = element;
    while (node) {
      layers.push(parts(getComputedStyle(node).backgroundColor));
      node = node.parentNode instanceof ShadowRoot ? node.parentNode.host : node.parentElement;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) => 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
  const ratio = (one, other) => {
    const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const found = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot);
      const says = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      const style = getComputedStyle(element);
      if (!says || !element.getClientRects().length || element.disabled || style.clipPath !== "none") continue;
      const back = behind(element);
      const contrast = ratio(over(parts(style.color), back), back);
      if (contrast < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) {
        found.push(`${element.className} “${element.textContent.slice(0, 40)}” ${contrast.toFixed(2)}`);
      }
    }
  };
  walk(document.body);
  return found;
}
