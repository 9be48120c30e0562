// Has its part of the page run again, so many seconds after this run of it has arrived. It shows nothing.
// What is asked for while the connection is broken is lost: as long as nothing arrives it asks again, less and less often.
const PATIENCE_S = 5;

export default function show({ data, parentElement, setTriggerValue }) {
  const { run } = data;
  // An earlier draw may come late, and its end later still: neither touches the timer of a later one.
  if (parentElement.looking?.run > run) return undefined;
  clearTimeout(parentElement.looking?.timer);
  const looking = (parentElement.looking = { run });
  const askIn = (seconds, patience) => {
    looking.timer = setTimeout(() => {
      askIn(patience, 2 * patience);
      setTriggerValue("again", run);
    }, 1000 * seconds);
  };
  askIn(data.after_s, PATIENCE_S);
  return () => clearTimeout(looking.timer);
}
