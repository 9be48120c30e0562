// The head of a turn: the question as it was asked, as it was understood, and the ways to ask it in other words.
function asked(item, root) {
  const question = el("h2", { className: "question" }, el("span", { className: "unseen" }, root.texts.question), item.question);
  if (!item.edits || root.readOnly) return question;
  const edit = el("button", { className: "copy edit", type: "button" }, root.texts.edit);
  edit.setAttribute("aria-label", root.texts.edit_named);
  const line = el("div", { className: "asked" }, question, edit);
  edit.onclick = () => {
    const send = (words) => root.send("again", { turn: item.edits, question: words });
    rewording(line, edit, item.question, root.texts.edited, send, root);
  };
  return line;
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
  const send = (words) => (item.edits ? root.send("again", { turn: item.edits, question: words }) : root.send("ask", words));
  change.onclick = () => rewording(line, change, item.understood, root.texts.question_to_ask, send, root);
  line.append(`${say(root.texts.understood, item)} `, change);
  return line;
}

// Puts a field in place of a line, until the question in it is asked or left as it was.
function rewording(line, button, words, label, send, root) {
  const input = el("textarea", { value: words, ariaLabel: label, rows: Math.min(6, Math.ceil(words.length / 60)) });
  const back = () => {
    form.replaceWith(line);
    button.focus();
  };
  const cancel = el("button", { className: "again", type: "button" }, root.texts.cancel);
  cancel.onclick = back;
  const form = el("form", {}, input, el("button", { className: "again", type: "submit" }, root.texts.ask_this), cancel);
  form.onsubmit = (event) => {
    event.preventDefault();
    const asked = input.value.trim();
    if (!asked) return;
    back();
    send(asked);
  };
  input.onkeydown = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      back();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  };
  line.replaceWith(form);
  input.focus();
  input.select();
}

function asking(question, className, root, label) {
  const button = el("button", { className, type: "button" }, label || question);
  button.onclick = () => root.send("ask", question);
  return button;
}
