// The head of a turn: the question as it was asked, and as it was understood.
function asked(item, root) {
  return el("h2", { className: "question" }, el("span", { className: "unseen" }, root.texts.question), item.question);
}

// What a follow-up was taken to ask can be put right, and is asked anew.
function understood(item, root) {
  if (!item.understood) return null;
  const line = el("div", { className: "small understood" });
  if (root.readOnly) {
    line.append(say(root.texts.understood, item));
    return line;
  }
  const change = el("button", { className: "copy", type: "button" }, root.texts.change);
  change.onclick = () => {
    const input = el("input", { type: "text", value: item.understood, ariaLabel: root.texts.question_to_ask });
    const form = el("form", {}, input, el("button", { className: "again", type: "submit" }, root.texts.ask_this));
    form.onsubmit = (event) => {
      event.preventDefault();
      if (input.value.trim()) root.send("ask", input.value.trim());
    };
    input.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      form.replaceWith(line);
      change.focus();
    };
    line.replaceWith(form);
    input.focus();
  };
  line.append(`${say(root.texts.understood, item)} `, change);
  return line;
}

function asking(question, className, root, label) {
  const button = el("button", { className, type: "button" }, label || question);
  button.onclick = () => root.send("ask", question);
  return button;
}
