/* Small things on top of pages that work without them: copy, one click one form, dialogs, menus, row clicks, theme at once, and words
   where htmx fails. Nothing here writes markup from data: text goes through textContent. */
(() => {
  "use strict";
  const root = document.documentElement;
  const words = document.getElementById("words").dataset;
  const said = document.getElementById("said");
  const busy = document.getElementById("busy");
  root.classList.add("has-script");

  const say = (text) => { said.textContent = ""; requestAnimationFrame(() => { said.textContent = text; }); };
  const on = (type, selector, act) => document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(found, event);
  });

  /* Copy */
  on("click", "[data-copy]", async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return;
    }
    button.classList.add("is-done");
    say(words.copied);
    setTimeout(() => button.classList.remove("is-done"), 1500);
  });

  /* One click, one form: the second submit of the same form is stopped until the page is left or shown again. Where the form is no
     write to a platform (data-once) its answer may be a file, which leaves the page: only the same button is held, for ten seconds. */
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[data-held]")) { button.removeAttribute("aria-disabled"); delete button.dataset.held; }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method")?.toLowerCase() !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent && (form.matches("[data-once]") || !event.submitter || event.submitter.dataset.held)) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button) { button.setAttribute("aria-disabled", "true"); button.dataset.held = "1"; }
    if (form.matches("[data-once]")) say(words.sending); else setTimeout(() => { release(form); busy.hidden = true; }, 10000);
    if (!form.matches("[data-theme-form]")) busy.hidden = false;
  });
  window.addEventListener("pageshow", () => { busy.hidden = true; document.querySelectorAll("form[data-sent]").forEach(release); });

  /* Light or dark at once, so that nothing typed is lost */
  on("submit", "[data-theme-form]", (form, event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    const data = new FormData(form, button);
    if (button.value === "auto") root.removeAttribute("data-bs-theme"); else root.dataset.bsTheme = button.value;
    for (const each of form.querySelectorAll("[aria-pressed]")) each.setAttribute("aria-pressed", String(each === button));
    // A choice outlives the page on which it was made; one that could not be sent is made again on the next.
    fetch(form.action, { method: "POST", body: data, redirect: "manual", keepalive: true }).catch(() => {}).finally(() => release(form));
  });

  /* Dialogs: a link that leads to a page of its own opens the same as a dialog */
  on("click", "a[data-opens]", (link, event) => {
    const dialog = document.getElementById(link.dataset.opens);
    if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });

  /* Menus close by a click beside them and by Escape */
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    }
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select, [contenteditable]")) {
      const find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
    }
  });

  /* A click beside the links of a row goes where its name leads; marking text does not */
  on("click", "tr[data-go]", (row, event) => {
    if (event.target.closest("a, button, input, select, label, summary") || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.go, "_blank", "noopener"); else location.assign(row.dataset.go);
  });

  /* htmx: what fails is said in words, where it was to appear */
  const reason = (status) => {
    if (status === 403) return words.denied;
    if (status === 404 || status === 410) return words.gone;
    return status >= 500 ? words.server : words.other;
  };
  const fail = (event, why) => {
    const { elt, target, requestConfig, xhr } = event.detail;
    const notice = document.getElementById("notice").content.firstElementChild.cloneNode(true);
    const [title, happened, advice] = notice.querySelectorAll("p");
    title.textContent = words.failedTitle;
    happened.textContent = why;
    advice.textContent = requestConfig && requestConfig.verb !== "get" ? words.adviceWrite : words.advice;
    const number = xhr && xhr.getResponseHeader("X-Request-ID");
    if (number) happened.textContent += ` (${number})`;
    const later = elt.closest(".later");
    if (later) { later.querySelector(".needs-script")?.remove(); later.before(notice); return; }
    const place = target && target.isConnected ? target : document.getElementById("messages");
    // What is asked again and again fails again and again: one notice says so.
    notice.dataset.failed = "";
    place.querySelector(":scope > [data-failed]")?.remove();
    place.prepend(notice);
  };
  document.addEventListener("htmx:responseError", (event) => fail(event, reason(event.detail.xhr.status)));
  document.addEventListener("htmx:sendError", (event) => fail(event, words.offline));
  document.addEventListener("htmx:timeout", (event) => fail(event, words.timeout));
  /* A failure that the portal answers in words of its own is shown instead of the part */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status >= 400 && xhr.getResponseHeader("Content-Type")?.startsWith("text/html") && xhr.responseText.includes('class="notice')) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  /* What a page asks for without a person keeps no log-in alive */
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.triggeringEvent) event.detail.headers["X-By-Itself"] = "1";
  });
  document.addEventListener("htmx:beforeRequest", () => { busy.hidden = false; });
  document.addEventListener("htmx:afterRequest", () => { busy.hidden = true; });
  on("click", "[data-abort]", (button) => {
    const part = button.closest("[hx-get], [hx-post]");
    if (part && window.htmx) window.htmx.trigger(part, "htmx:abort");
    button.remove();
  });
})();
