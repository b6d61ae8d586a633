// What pages gain where there is script: they hear of changes, take keys, switch theme at once and
// keep what is typed. Everything works without it.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;
  const POLL = 30000;

  // Live parts ------------------------------------------------------------------------------
  // The broker's stream says which topic changed; the part that shows it is fetched anew, but not
  // under the fingers of somebody who stands in it.

  const waiting = new Map();
  const before = new Map();
  const fetching = new Map(); // id of a part on its way: whether it changed again meanwhile

  function renew(part) {
    if (!window.htmx || waiting.has(part.id)) return;
    waiting.set(part.id, setTimeout(() => {
      waiting.delete(part.id);
      const now = document.getElementById(part.id);
      if (!now) return;
      if (fetching.has(now.id)) {
        fetching.set(now.id, true);
        return;
      }
      if (now.contains(document.activeElement)) {
        now.addEventListener("focusout", () => renew(now), { once: true });
        return;
      }
      before.set(now.id, now.textContent);
      fetching.set(now.id, false);
      window.htmx.trigger(now, "renew");
    }, 120));
  }

  // What changed while it was fetched may not be in what came; a swapped part forgets its queue.
  document.addEventListener("htmx:finally:request", (event) => {
    const { id } = event.detail.ctx.sourceElement;
    const again = fetching.get(id);
    fetching.delete(id);
    const part = again && document.getElementById(id);
    if (part) renew(part);
  });

  const renewAll = () => all("[data-live]").forEach(renew);

  function changed(topic) {
    all("[data-live]")
      .filter((part) => part.dataset.live.split(" ").includes(topic))
      .forEach(renew);
  }

  document.addEventListener("htmx:after:swap", () => {
    for (const [id, text] of before) {
      const part = document.getElementById(id);
      if (!part || part.textContent === text) continue;
      before.delete(id);
      part.classList.add("live--changed");
      part.addEventListener("animationend", () => part.classList.remove("live--changed"), {
        once: true,
      });
    }
  });

  let source = null;
  let last = "";
  let poll = 0;
  let region = "";

  function listen(url, ticket) {
    const address = new URL(url, location.href);
    address.searchParams.set("ticket", ticket);
    if (last) address.searchParams.set("last", last);
    source = new EventSource(address);
    source.addEventListener("open", () => {
      clearInterval(poll);
      poll = 0;
      root.dataset.stream = "open";
    });
    source.addEventListener("change", (event) => {
      last = event.lastEventId || last;
      changed(JSON.parse(event.data).topic);
    });
    source.addEventListener("gap", renewAll);
    source.addEventListener("error", () => {
      root.dataset.stream = "closed";
      poll ||= setInterval(fallBack, POLL);
    });
  }

  // While the stream is down the parts are polled. A ticket that has ended is replaced.
  async function fallBack() {
    if (document.hidden) return;
    renewAll();
    if (source.readyState !== EventSource.CLOSED) return;
    const answer = await fetch(`/tampilan/tiket/?wilayah=${region}`).catch(() => null);
    if (answer?.status !== 200) return;
    const { url, ticket } = await answer.json();
    listen(url, ticket);
  }

  function startStream() {
    const meta = document.querySelector('meta[name="simpul-stream"]');
    if (!all("[data-live]").length) return;
    region = meta?.dataset.region || "";
    if (meta && window.EventSource) listen(meta.content, meta.dataset.ticket);
    else setInterval(() => document.hidden || renewAll(), POLL);
    document.addEventListener("visibilitychange", () => document.hidden || renewAll());
  }

  // Theme -----------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-themes] button");
    if (!button) return;
    event.preventDefault();
    root.dataset.theme = button.value;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `tampilan=${button.value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    all("[data-themes] button").forEach((one) => {
      one.setAttribute("aria-pressed", String(one.value === button.value));
    });
  });

  // Keys ------------------------------------------------------------------------------------
  // "/" goes to the search.

  const typing = (place) => place.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key !== "/") return;
    event.preventDefault();
    document.getElementById("search")?.focus();
  });

  // Forms -----------------------------------------------------------------------------------
  // Sent once; a long form (data-draft) keeps its words in this tab until it is sent.

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.ariaBusy === "true") event.preventDefault();
    form.ariaBusy = "true";
    if (form.matches("[data-draft]")) sessionStorage.removeItem(draftName(form));
  });

  window.addEventListener("pageshow", () => all("form").forEach((form) => (form.ariaBusy = null)));

  const draftName = (form) => `draft:${location.pathname}:${form.dataset.draft}`;
  const words = (form) => all("textarea, input[type=text], input[type=number]", form);

  function keepDraft(form) {
    const kept = JSON.parse(sessionStorage.getItem(draftName(form)) || "{}");
    words(form).forEach((field) => (field.value ||= kept[field.name] || ""));
    form.addEventListener("input", () => {
      const typed = Object.fromEntries(words(form).map((field) => [field.name, field.value]));
      sessionStorage.setItem(draftName(form), JSON.stringify(typed));
    });
  }

  // Tables ----------------------------------------------------------------------------------
  // The head of a table stays in sight where the table need not scroll sideways.

  function watchTables() {
    const look = new ResizeObserver((seen) => {
      for (const { target } of seen) {
        const fits = target.firstElementChild.scrollWidth <= target.clientWidth;
        target.classList.toggle("table-wrap--fits", fits);
        if (fits) target.removeAttribute("tabindex");
        else target.tabIndex = 0; // what scrolls must be reached by the keyboard too
      }
    });
    all(".table-wrap").forEach((wrap) => look.observe(wrap));
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector("[data-focus]")?.focus();
    all("form[data-draft]").forEach(keepDraft);
    watchTables();
    startStream();
  });
})();
