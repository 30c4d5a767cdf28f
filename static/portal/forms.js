/* What JavaScript adds to forms that work without it: the filter of a long form, completion of references, tags for lists. */
"use strict";

(() => {
  const later = (wait, act) => {
    let timer;
    return (...given) => {
      clearTimeout(timer);
      timer = setTimeout(() => act(...given), wait);
    };
  };

  const reveal = (target) => {
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
  };

  /* A link of the index or of the summary opens the section it leads into, and the input gets the focus. */
  const follow = () => {
    const named = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const target = named && named.hidden ? document.getElementById(`${named.id}-new`) : named;
    if (!target || !target.closest("[data-schema-form]")) return;
    reveal(target);
    target.scrollIntoView({ block: "center" });
    (target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea") || target).focus();
  };

  const startFilter = (form) => {
    const box = form.querySelector("[data-sf-filter]");
    if (!box) return;
    const input = box.querySelector("input");
    const said = box.querySelector("[data-sf-count]");
    const fields = [...form.querySelectorAll("[data-sf-field]")];
    const words = new Map(fields.map((field) => [field, labelOf(field)]));
    const sections = [...form.querySelectorAll(".sf-section")];
    const before = new Map();
    const apply = () => {
      const wanted = input.value.trim().toLowerCase();
      let found = 0;
      for (const field of fields) {
        const fits = !wanted || words.get(field).includes(wanted);
        field.classList.toggle("is-out", !fits);
        found += fits ? 1 : 0;
      }
      for (const section of sections) {
        if (wanted && !before.has(section)) before.set(section, section.open);
        const holds = section.querySelector("[data-sf-field]:not(.is-out)") !== null;
        section.classList.toggle("is-out", Boolean(wanted) && !holds);
        if (wanted) section.open = holds;
        else if (before.has(section)) section.open = before.get(section);
      }
      if (!wanted) before.clear();
      said.textContent = wanted ? (found === 1 ? said.dataset.one : said.dataset.many.replace("#", found)) : "";
    };
    input.addEventListener("input", later(80, apply));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    box.hidden = false;
  };

  const labelOf = (field) => {
    const label = field.querySelector("label, legend");
    const input = field.querySelector("[name]");
    return `${label ? label.textContent : ""} ${input ? input.name : ""}`.toLowerCase();
  };

  /* References: the address answers {"results": [{"value": "…", "text": "…"}]}. */
  const startCompletion = (input, listId) => {
    const list = document.getElementById(listId);
    const address = input.dataset.complete;
    if (!list || !address) return;
    let asked = null;
    input.addEventListener("input", later(200, async () => {
      const wanted = input.value.trim();
      if (!wanted) return;
      if (asked) asked.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(`${address}?q=${encodeURIComponent(wanted)}`, { signal: asked.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const { results } = await answer.json();
        list.replaceChildren(...results.map(({ value, text }) => Object.assign(document.createElement("option"), { value, label: text || value })));
      } catch (error) {
        if (error.name !== "AbortError") list.replaceChildren();
      }
    }));
  };

  /* Lists: the textarea stays in the form and holds the value; the tags stand in its place. */
  const startTags = (area) => {
    const comma = area.dataset.tags === "comma";
    const split = comma ? /[,，、\n]/ : /\n/;
    const parts = () => area.value.split(split).map((part) => part.trim()).filter(Boolean);
    const box = Object.assign(document.createElement("div"), { className: `${area.className} sf-tags` });
    const input = Object.assign(document.createElement("input"), { type: "text", autocomplete: "off", id: `${area.id}-new` });
    const label = document.querySelector(`label[for="${CSS.escape(area.id)}"]`);
    const name = label ? label.textContent.trim() : area.name;
    const describe = area.getAttribute("aria-describedby");
    if (describe) input.setAttribute("aria-describedby", describe);
    if (area.dataset.list) input.setAttribute("list", area.dataset.list);
    if (area.dataset.complete) input.dataset.complete = area.dataset.complete;
    input.setAttribute("aria-label", name);
    const write = (values) => {
      area.value = values.join(comma ? "," : "\n");
      draw();
    };
    const tag = (text, place, values) => {
      const chip = Object.assign(document.createElement("span"), { className: "sf-tag" });
      chip.append(text);
      if (place > 0) chip.append(button("‹", `${text} ←`, () => write([...values.slice(0, place - 1), text, values[place - 1], ...values.slice(place + 1)])));
      chip.append(button("×", `${text} ×`, () => write(values.filter((_each, at) => at !== place))));
      return chip;
    };
    const button = (sign, words, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: sign });
      made.setAttribute("aria-label", words);
      made.addEventListener("click", () => { act(); input.focus(); });
      return made;
    };
    const draw = () => {
      const values = parts();
      box.replaceChildren(...values.map((text, place) => tag(text, place, values)), input);
    };
    const take = () => {
      const typed = input.value.split(split).map((part) => part.trim()).filter(Boolean);
      if (!typed.length) return;
      input.value = "";
      write([...parts(), ...typed]);
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || (comma && event.key === ",")) {
        event.preventDefault();
        take();
        input.focus();
      } else if (event.key === "Backspace" && !input.value) {
        write(parts().slice(0, -1));
        input.focus();
      }
    });
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text");
      if (!split.test(text)) return;
      event.preventDefault();
      input.value += text;
      take();
      input.focus();
    });
    input.addEventListener("change", take);
    area.hidden = true;
    area.before(box);
    if (label) label.htmlFor = input.id;
    draw();
    if (area.dataset.complete) startCompletion(input, area.dataset.list);
  };

  /* Choosing a special value greys the input out; typing takes the choice back. */
  const startSplit = (split) => {
    const input = split.querySelector("input");
    const select = split.querySelector("select");
    if (!input || !select) return;
    const turns = new Set(["", "first", "second"]);
    input.addEventListener("input", () => {
      if (!turns.has(select.value)) select.value = "";
    });
  };

  const start = (root) => {
    root.querySelectorAll(".sf-split").forEach(startSplit);
    root.querySelectorAll("textarea[data-tags]:not([hidden])").forEach(startTags);
    root.querySelectorAll("input[data-complete][list]").forEach((input) => {
      if (!input.closest(".sf-tags")) startCompletion(input, input.getAttribute("list"));
    });
  };

  document.querySelectorAll("[data-schema-form]").forEach((form) => {
    startFilter(form);
    start(form);
  });
  const summary = document.querySelector(".sf-summary");
  if (summary) summary.focus();
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".sf-summary a, .sf-index a");
    if (link && link.hash === location.hash) follow();
  });

  /* A row was added or removed: only this group came back. */
  document.addEventListener("htmx:afterSwap", (event) => {
    /* A page that Back brought anew was swapped in as well, with no target of its own. */
    const rows = event.detail.target && document.getElementById(event.detail.target.id);
    if (!rows || !rows.matches(".sf-rows")) return;
    start(rows);
    const last = rows.querySelector(":scope > .sf-row:last-of-type");
    const added = event.detail.requestConfig.parameters.has ? event.detail.requestConfig.parameters.has("_add") : "_add" in event.detail.requestConfig.parameters;
    (added && last ? last.querySelector("input:not([type=hidden]), select, textarea") : rows).focus();
  });
})();
