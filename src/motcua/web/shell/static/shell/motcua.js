// Small helpers without a build: each works on attributes, and pages work without them where a form can.
const store = window.sessionStorage;

// Drafts: what is typed stays in this tab, so that an expired session in the middle of a form loses nothing.
function draftKey(form) { return `draft:${form.dataset.draft}`; }
function saveDraft(form) {
  const values = [];
  for (const el of form.elements) {
    if (!el.name || el.type === "file" || el.type === "password" || el.type === "hidden") continue;
    if (el.type === "checkbox" || el.type === "radio") values.push([el.name, el.value, el.checked]);
    else values.push([el.name, el.value]);
  }
  store.setItem(draftKey(form), JSON.stringify(values));
}
function restoreDraft(form) {
  const saved = store.getItem(draftKey(form));
  if (!saved || form.dataset.fresh === "no") return;
  for (const [name, value, checked] of JSON.parse(saved)) {
    for (const el of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (checked === undefined) { if (!el.value) el.value = value; }
      else if (el.value === value) el.checked = checked;
    }
  }
  form.dispatchEvent(new Event("draft-restored"));
}
for (const form of document.querySelectorAll("form[data-draft]")) {
  restoreDraft(form);
  form.addEventListener("input", () => saveDraft(form));
  form.addEventListener("submit", () => saveDraft(form));
}
for (const done of document.querySelectorAll("[data-draft-done]")) store.removeItem(`draft:${done.dataset.draftDone}`);

// A double click sends once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => { delete form.dataset.sent; }, 8000);
});
window.addEventListener("pageshow", () => { for (const f of document.querySelectorAll("form[data-sent]")) delete f.dataset.sent; });

// A part of a page that finds the session expired offers the way to sign in, and the form stays as it is.
document.addEventListener("htmx:responseError", (event) => {
  const target = event.detail.xhr.getResponseHeader("X-Sign-In");
  const box = document.querySelector("[data-expired]");
  if (target && box) { box.hidden = false; box.querySelector("a").href = target; }
});

// Combobox (ARIA 1.2): options come from the address in data-source as [{value, label, hint}].
for (const box of document.querySelectorAll(".combo[data-source]")) {
  const input = box.querySelector("input[role=combobox]");
  const list = box.querySelector("[role=listbox]");
  let at = -1, timer, items = [];
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1; };
  const mark = (index) => {
    at = index;
    [...list.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) { input.setAttribute("aria-activedescendant", list.children[at].id); list.children[at].scrollIntoView({ block: "nearest" }); }
  };
  const choose = (item) => {
    input.value = item.label; input.dataset.value = item.value; close();
    box.dispatchEvent(new CustomEvent("chosen", { detail: item, bubbles: true }));
  };
  const show = () => {
    list.replaceChildren(...items.map((item, i) => {
      const li = document.createElement("li");
      li.id = `${list.id}-${i}`; li.setAttribute("role", "option");
      li.textContent = item.label;
      if (item.hint) { const hint = document.createElement("div"); hint.className = "soft small"; hint.textContent = item.hint; li.append(hint); }
      li.addEventListener("mousedown", (e) => { e.preventDefault(); choose(item); });
      return li;
    }));
    list.hidden = items.length === 0; input.setAttribute("aria-expanded", String(items.length > 0));
    if (items.length) mark(0);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer); delete input.dataset.value;
    timer = setTimeout(async () => {
      const answer = await fetch(`${box.dataset.source}?q=${encodeURIComponent(input.value)}`, { headers: { "HX-Request": "true" } });
      if (answer.ok) { items = await answer.json(); show(); }
    }, 60);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); if (items.length) mark((at + 1) % items.length); }
    else if (event.key === "ArrowUp") { event.preventDefault(); if (items.length) mark((at - 1 + items.length) % items.length); }
    else if (event.key === "Enter" && !list.hidden && at >= 0) { event.preventDefault(); choose(items[at]); }
    else if (event.key === "Escape") close();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}

// Keyboard: data-key="n" gives a link, button or field its key (with Alt where one types).
const typing = (el) => el.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey) return;
  if (typing(event.target) && !event.altKey) return;
  if (event.key === "?" && !event.altKey) { document.querySelector("#keys")?.showModal(); return; }
  const match = `[data-key="${CSS.escape(event.key.toLowerCase())}"]`;
  const target = document.querySelector(`main ${match}`) ?? document.querySelector(match); // the page before the menu
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, textarea, select")) { target.focus(); target.select?.(); } else target.click();
});

// Rows: j and k walk, x ticks, Enter opens.
for (const table of document.querySelectorAll("table[data-rows]")) {
  let at = -1;
  const rows = () => [...table.tBodies[0].rows];
  const go = (index) => {
    rows()[at]?.removeAttribute("aria-selected"); at = Math.max(0, Math.min(rows().length - 1, index));
    rows()[at]?.setAttribute("aria-selected", "true"); rows()[at]?.querySelector("a")?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at - 1);
    else if (event.key === "x" && at >= 0) { const box = rows()[at].querySelector("input[type=checkbox]"); if (box) box.checked = !box.checked; }
  });
}
for (const all of document.querySelectorAll("input[data-all]")) {
  all.addEventListener("change", () => { for (const box of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) box.checked = all.checked; });
}
for (const select of document.querySelectorAll("select[data-send]")) select.addEventListener("change", () => select.form.submit());
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());

// A choice in a combobox with data-go fills the hidden field of that name and sends the form.
document.addEventListener("chosen", (event) => {
  const box = event.target, form = box.closest("form");
  if (!box.dataset.go || !form) return;
  form.elements[box.dataset.go].value = event.detail.value;
  form.submit();
});
