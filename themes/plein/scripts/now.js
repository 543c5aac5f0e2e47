// Keeps "today" and "upcoming" true between two builds: by the clock of the visitor, in the zone of the site.
(() => {
  const zone = document.currentScript.dataset.zone;
  const update = () => {
    const now = new Date();
    const today = now.toLocaleDateString("sv-SE", { timeZone: zone });
    const over = (end) => (end.length > 10 ? new Date(end) <= now : end < today);
    for (const time of document.querySelectorAll("[data-upcoming] time[data-end]")) {
      const item = time.closest("li");
      item.hidden = over(time.dataset.end);
      const tile = item.querySelector(".tile");
      if (tile) tile.dataset.when = time.dateTime.slice(0, 10) > today ? "future" : "today";
    }
    for (const part of document.querySelectorAll("[data-upcoming]")) {
      part.hidden = !part.querySelector("li:not([hidden])");
    }
    for (const day of document.querySelectorAll("[data-day]")) {
      const date = day.dataset.day;
      day.dataset.when = date < today ? "past" : date > today ? "future" : "today";
      if (date === today) day.setAttribute("aria-current", "date");
      else day.removeAttribute("aria-current");
    }
  };
  update();
  setInterval(update, 60000);
})();
