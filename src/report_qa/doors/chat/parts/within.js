// An address of this chat within the library that the page is about. The page's own address names it; the default library has no name
// in addresses.
function within(address) {
  const library = new URLSearchParams(location.search).get("library");
  if (!library) return address;
  const [, path, query, place] = /^([^?#]*)\??([^#]*)(#.*)?$/.exec(address);
  return `${path}?${query ? `${query}&` : ""}library=${encodeURIComponent(library)}${place || ""}`;
}
