// The words that came with the data, values put in: say(data.texts.delete_named, entry).
function say(words, values = {}) {
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

// The words for one or for several: `<name>_one` or `<name>_many`.
function sayCount(texts, name, count, values = {}) {
  return say(texts[count === 1 ? `${name}_one` : `${name}_many`], { count, ...values });
}
