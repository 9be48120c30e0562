// Has its part of the page run again, so many seconds after this run of it has arrived. It shows nothing.
export default function show({ data, parentElement, setTriggerValue }) {
  clearTimeout(parentElement.lookAgain);
  parentElement.lookAgain = setTimeout(() => setTriggerValue("again", data.run), 1000 * data.after_s);
  return () => clearTimeout(parentElement.lookAgain);
}
