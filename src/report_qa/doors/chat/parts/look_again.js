// Has its part of the page run again, so many seconds after this run of it has arrived. It shows nothing.
// What is asked for while the connection is broken is lost: as long as nothing arrives, it asks again.
const PATIENCE_S = 3;

export default function show({ data, parentElement, setTriggerValue }) {
  const askIn = (seconds) => {
    clearTimeout(parentElement.lookAgain);
    parentElement.lookAgain = setTimeout(() => {
      askIn(PATIENCE_S);
      setTriggerValue("again", data.run);
    }, 1000 * seconds);
  };
  askIn(data.after_s);
  return () => clearTimeout(parentElement.lookAgain);
}
