// Reloads the page when the site has another version than the one that it shows.
const { version } = document.currentScript.dataset;
const events = new EventSource("/_plein/events");
events.addEventListener("version", (event) => {
  if (event.data !== version) location.reload();
});
// An open stream would keep the browser from leaving the page at once.
addEventListener("pagehide", () => events.close());
