// Reloads the page when the site has a new version.
const events = new EventSource("/_plein/events");
let first;
events.addEventListener("version", (event) => {
  if (first === undefined) first = event.data;
  else if (event.data !== first) location.reload();
});
// An open stream would keep the browser from leaving the page at once.
addEventListener("pagehide", () => events.close());
