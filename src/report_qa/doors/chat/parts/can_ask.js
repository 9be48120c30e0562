// What can be asked of these documents, each kind with a question that they answer, and what can't.
export default function show({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".can-ask");
  if (!root) parentElement.append((root = el("div", { className: "can-ask" })));
  const { texts } = data;
  keep(root, [{ ...data, id: "all" }], () => {
    const examples = data.examples.map(({ kind, question }) => {
      const button = el("button", { type: "button" }, question);
      button.onclick = () => setTriggerValue("ask", question);
      return el("li", {}, el("span", { className: "kind" }, kind), button);
    });
    return el(
      "div",
      {},
      el("p", {}, data.lead),
      examples.length ? el("ul", {}, ...examples) : null,
      el("h2", {}, texts.can_not),
      el("ul", { className: "not" }, ...[texts.can_not_know, texts.can_not_judge, texts.can_not_reckon].map((words) => el("li", {}, words))),
    );
  });
}
