// A button that opens a map where it stands. Until then nothing of the map is loaded.
for (const button of document.querySelectorAll("button[data-map]")) {
  button.hidden = false;
  button.addEventListener("click", async () => (await import(button.dataset.script)).open(button), { once: true });
}
