// Small helpers without a build: each works on attributes, and pages work without them where a form can.
const store = window.sessionStorage;

const words = document.body.dataset;

// Drafts: what is typed stays in this tab, so that an expired session in the middle of a form loses nothing.
// They are one person's, for one working day, and go at sign-out: the next person at this desk sees none of them.
const DRAFT_LASTS_MS = 12 * 3600 * 1000;
function forgetDrafts() {
  for (const key of Object.keys(store)) if (key.startsWith("draft:")) store.removeItem(key);
}
if (words.user) {
  if (store.getItem("draft-user") !== words.user) forgetDrafts();
  store.setItem("draft-user", words.user);
}
const draftKey = (form) => `draft:${form.dataset.draft}`;
const isTick = (el) => el.type === "checkbox" || el.type === "radio";
const isKept = (el) => el.name && !["file", "password", "hidden", "submit", "button", ""].includes(el.type);
function untouched(el) {
  if (isTick(el)) return el.checked === el.defaultChecked;
  if (el.tagName === "SELECT") return [...el.options].every((o) => o.selected === o.defaultSelected) || !el.querySelector("[selected]");
  return el.value === el.defaultValue;
}
function saveDraft(form) {
  const values = [...form.elements].filter(isKept).map((el) => [el.name, el.value, isTick(el) ? el.checked : null]);
  store.setItem(draftKey(form), JSON.stringify({ at: Date.now(), values }));
}
function restoreDraft(form) {
  const saved = JSON.parse(store.getItem(draftKey(form)) ?? "null");
  if (!saved?.values || form.dataset.fresh === "no" || Date.now() - saved.at > DRAFT_LASTS_MS) return;
  let changed = false;
  for (const [name, value, checked] of saved.values) {
    for (const el of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (!isKept(el) || !untouched(el)) continue;
      if (checked === null) { if (el.value !== value) { el.value = value; changed = true; } }
      else if (el.value === value && el.checked !== checked) { el.checked = checked; changed = true; }
    }
  }
  if (changed) sayRestored(form);
}
function sayRestored(form) {
  const note = document.querySelector("#draft-note")?.content.firstElementChild.cloneNode(true);
  if (!note) return;
  for (let part = form.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  note.querySelector("button").addEventListener("click", () => {
    store.removeItem(draftKey(form)); form.reset(); note.remove();
    form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
  form.prepend(note);
}
// What was sent and done need not be typed again.
const sent = store.getItem("draft-sent");
if (sent && document.querySelector(".messages .notice.good")) store.removeItem(sent);
store.removeItem("draft-sent");
for (const done of document.querySelectorAll("[data-draft-done]")) store.removeItem(`draft:${done.dataset.draftDone}`);
for (const form of document.querySelectorAll("form[data-draft]")) {
  restoreDraft(form);
  form.addEventListener("submit", () => store.setItem("draft-sent", draftKey(form)));
  for (const kind of ["input", "change", "submit"]) form.addEventListener(kind, () => saveDraft(form));
}
for (const button of document.querySelectorAll("[data-forget]")) button.addEventListener("click", forgetDrafts);

// A double click sends once.
const release = (form) => { delete form.dataset.sent; form.removeAttribute("aria-busy"); };
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1"; form.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 8000);
});
window.addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) release(form); });

// A part of a page that finds the session expired offers the way to sign in, and the form stays as it is.
document.addEventListener("htmx:responseError", (event) => {
  const target = event.detail.xhr.getResponseHeader("X-Sign-In");
  const box = document.querySelector("[data-expired]");
  if (target && box) { box.hidden = false; box.querySelector("a").href = target; }
});

// Combobox (ARIA 1.2): options come from the address in data-source as [{value, label, hint}].
for (const box of document.querySelectorAll(".combo[data-source]")) combobox(box);
function combobox(box) {
  const input = box.querySelector("input[role=combobox]");
  const list = box.querySelector("[role=listbox]");
  const none = document.createElement("p");
  none.className = "hint"; none.setAttribute("role", "status"); box.append(none);
  let at = -1, timer, asked, waiting = false, takeFirst = false, items = [];
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1; };
  const mark = (index) => {
    at = index;
    [...list.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === at)));
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const choose = (item) => {
    input.value = item.label; input.dataset.value = item.value; close();
    box.dispatchEvent(new CustomEvent("chosen", { detail: item, bubbles: true }));
  };
  const option = (item, i) => {
    const li = document.createElement("li");
    li.id = `${list.id}-${i}`; li.setAttribute("role", "option");
    li.textContent = item.label;
    if (item.hint) { const hint = document.createElement("div"); hint.className = "soft small"; hint.textContent = item.hint; li.append(hint); }
    li.addEventListener("mousedown", (event) => { event.preventDefault(); choose(item); });
    return li;
  };
  const show = () => {
    list.replaceChildren(...items.map(option));
    list.hidden = items.length === 0; input.setAttribute("aria-expanded", String(items.length > 0));
    none.textContent = items.length === 0 && input.value.trim() ? words.none ?? "" : "";
    if (items.length) mark(0);
  };
  const ask = async () => {
    asked?.abort(); asked = new AbortController();
    const query = input.value;
    try {
      const answer = await fetch(`${box.dataset.source}?q=${encodeURIComponent(query)}`, { headers: { "HX-Request": "true" }, signal: asked.signal });
      if (!answer.ok) { waiting = false; return; }
      const found = await answer.json();
      if (query !== input.value) return;
      items = found;
    } catch { return; } // asked again meanwhile, or the line is down: what is shown stays
    waiting = false; show();
    if (takeFirst && items.length) choose(items[0]);
    takeFirst = false;
  };
  input.addEventListener("input", () => {
    // An answer to fewer letters must not be taken for this one: Enter would receive another procedure.
    asked?.abort(); clearTimeout(timer); delete input.dataset.value; waiting = true; takeFirst = false;
    timer = setTimeout(ask, 60);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && items.length) { event.preventDefault(); if (list.hidden) show(); else mark((at + 1) % items.length); }
    else if (event.key === "ArrowUp" && items.length && !list.hidden) { event.preventDefault(); mark((at - 1 + items.length) % items.length); }
    else if (event.key === "Enter" && waiting) { event.preventDefault(); takeFirst = true; } // faster than the line: take the first that comes
    else if (event.key === "Enter" && !list.hidden && at >= 0) { event.preventDefault(); choose(items[at]); }
    else if (event.key === "Enter" && box.dataset.go && !input.dataset.value) event.preventDefault();
    else if (event.key === "Escape") close();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}

// Keyboard: data-key="n" gives a link, button or field its key (with Alt where one types).
const typing = (el) => el.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey) return;
  if (typing(event.target) && !event.altKey) return;
  if (event.key === "?" && !event.altKey) { showKeys(); return; }
  if (document.querySelector("dialog[open]")) return;
  const match = `[data-key="${CSS.escape(event.key.toLowerCase())}"]`;
  const target = document.querySelector(`main ${match}`) ?? document.querySelector(match); // the page before the menu
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, textarea, select")) { target.focus(); target.select?.(); } else target.click();
});

// The keys of this page are read from the page, so that the list is never wrong.
function showKeys() {
  const dialog = document.querySelector("#keys"), here = dialog?.querySelector("[data-keys-here]");
  if (!dialog || dialog.open) return;
  const lines = [...document.querySelectorAll("main [data-key]")].map((el) => {
    const key = document.createElement("kbd"), line = document.createElement("div"), named = el.labels?.[0] ?? el;
    key.textContent = el.dataset.key;
    const text = [...named.childNodes].filter((n) => n.nodeName !== "KBD").map((n) => n.textContent).join("").trim();
    line.append(key, ` ${text}`);
    return line;
  });
  if (here && lines.length) here.replaceChildren(...lines);
  dialog.showModal();
}
for (const button of document.querySelectorAll("[data-keys]")) button.addEventListener("click", showKeys);

// Rows: j and k walk, x ticks, Enter opens.
const rows = () => [...document.querySelectorAll("table[data-rows] > tbody > tr")];
function walk(step) {
  const all = rows(), at = all.findIndex((row) => row.getAttribute("aria-selected") === "true" || row.contains(document.activeElement));
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  for (const row of all) row.removeAttribute("aria-selected");
  next?.setAttribute("aria-selected", "true");
  (next?.querySelector("a") ?? next?.querySelector("input"))?.focus();
}
function tick() {
  const box = rows().find((row) => row.getAttribute("aria-selected") === "true")?.querySelector("input[type=checkbox]");
  if (box) { box.checked = !box.checked; box.dispatchEvent(new Event("change", { bubbles: true })); }
}
document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else if (event.key === "x") tick();
});
for (const all of document.querySelectorAll("input[data-all]")) {
  all.addEventListener("change", () => { for (const box of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) box.checked = all.checked; });
}
for (const select of document.querySelectorAll("select[data-send]")) select.addEventListener("change", () => select.form.submit());
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
for (const button of document.querySelectorAll("[data-open]")) button.addEventListener("click", () => document.getElementById(button.dataset.open)?.showModal());
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());

// A choice in a combobox with data-go fills the hidden field of that name and sends the form.
document.addEventListener("chosen", (event) => {
  const box = event.target, form = box.closest("form");
  if (!box.dataset.go || !form) return;
  form.elements[box.dataset.go].value = event.detail.value;
  form.submit();
});

// What is wrong is read first.
document.querySelector("#errors")?.focus();

// A table that scrolls sideways can be reached and scrolled by keyboard.
const reach = new ResizeObserver((seen) => {
  for (const { target } of seen) {
    if (target.scrollWidth > target.clientWidth && !target.querySelector("a, button, input")) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const wrap of document.querySelectorAll(".table-wrap")) reach.observe(wrap);
