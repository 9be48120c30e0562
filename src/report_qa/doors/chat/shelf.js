// Lists the documents on the shelf. Text is written with textContent only.
export default function show({ data, parentElement }) {
  let list = parentElement.querySelector("ul");
  if (!list) parentElement.append((list = document.createElement("ul")));
  list.replaceChildren(...data.documents.map(item));
}

function item(document_) {
  const node = document.createElement("li");
  const badge = text("span", document_.role === "report" ? "Report" : "Evidence", `badge ${document_.role}`);
  const title = text("a", document_.title);
  title.href = document_.original;
  title.target = "_blank";
  title.rel = "noopener noreferrer";
  node.append(badge, title, text("small", document_.superseded ? `Superseded · ${document_.source}` : document_.source));
  return node;
}

function text(tag, words, className) {
  const node = document.createElement(tag);
  node.textContent = words;
  if (className) node.className = className;
  return node;
}
