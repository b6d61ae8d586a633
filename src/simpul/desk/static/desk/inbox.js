// Keys for the inbox: j and k walk the list and show the thing beside it, Enter opens it.
(() => {
  "use strict";
  const rows = () => [...document.querySelectorAll("[data-pick]")];
  const current = () => rows().findIndex((row) => row.getAttribute("aria-current") === "true");

  function choose(row) {
    rows().forEach((other) => other.removeAttribute("aria-current"));
    row.setAttribute("aria-current", "true");
    history.replaceState(null, "", `?pilih=${row.dataset.pick}`);
  }

  function step(by) {
    const all = rows();
    const row = all[Math.min(Math.max(current() + by, 0), all.length - 1)];
    if (!row) return;
    row.focus();
    row.click();
  }

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-pick]");
    if (row && window.htmx) choose(row);
  });

  // Where the thing stands below the list, it is brought into view once it has come.
  document.addEventListener("htmx:after:swap", () => {
    const thing = document.getElementById("inbox-thing");
    if (thing && matchMedia("(max-width: 59.99rem)").matches) thing.scrollIntoView();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "Enter" && event.target.closest("[data-pick], body")) enter(event);
  });

  // Enter on a row that is shown already opens the thing itself.
  function enter(event) {
    const row = event.target.closest("[data-pick]");
    if (!row && event.target !== document.body) return;
    if (row && row.getAttribute("aria-current") !== "true") return;
    const door = document.querySelector("#inbox-thing .actions a");
    if (!door) return;
    event.preventDefault();
    door.click();
  }
})();
