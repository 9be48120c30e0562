// Lists the documents on the shelf. Text is written with textContent only.
export default function show({ data, parentElement }) {
  let list = parentElement.querySelector("ul");
  if (!list) parentElement.append((list = document.createElement("ul")));
  list.replaceChildren(...data.documents.map((document_) => item(document_, data.texts)));
}

function item(document_, texts) {
  const node = document.createElement("li");
  const badge = text("span", texts[document_.role], `badge ${document_.role}`);
  const title = text("a", document_.title);
  title.href = document_.original;
  title.target = "_blank";
  title.rel = "noopener noreferrer";
  node.append(badge, title, text("small", document_.superseded ? say(texts.superseded_source, document_) : document_.source));
  return node;
}

function text(tag, words, className) {
  const node = document.createElement(tag);
  node.textContent = words;
  if (className) node.className = className;
  return node;
}
