// Appraisal by keyboard: from unit to unit within one column, filling empty fields, recognising what is left as it is.
for (const grid of document.querySelectorAll("[data-grid]")) {
  const form = grid.closest("form");
  const column = (name) => [...grid.querySelectorAll(`[data-column="${CSS.escape(name)}"]`)];
  const go = (field, by) => {
    const fields = column(field.dataset.column);
    const next = fields[fields.indexOf(field) + by];
    next?.focus(); next?.select?.();
    return Boolean(next);
  };
  grid.addEventListener("keydown", (event) => {
    const field = event.target.closest("[data-column]");
    if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); form.requestSubmit(); return; }
    if (!field || event.altKey || event.ctrlKey || event.metaKey) return;
    const words = field.tagName === "TEXTAREA", list = field.tagName === "SELECT";
    if (event.key === "Enter" && !words) { event.preventDefault(); go(field, event.shiftKey ? -1 : 1); }
    else if (event.key === "ArrowDown" && !words && !list && go(field, 1)) event.preventDefault();
    else if (event.key === "ArrowUp" && !words && !list && go(field, -1)) event.preventDefault();
  });
  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));
  const bulk = form.querySelector("[data-bulk]");
  if (bulk) bulk.hidden = false;
  const valued = (row) => [...row.querySelectorAll(".inputs [data-column]")].some((field) => field.value !== "");
  bulk?.querySelector("[data-recognise]")?.addEventListener("click", () => {
    for (const box of column("recognised")) if (!valued(box.closest("tr")) && !box.checked) { box.checked = true; changed(box); }
  });
  bulk?.querySelector("[data-fill]")?.addEventListener("click", () => {
    const names = new Set([...grid.querySelectorAll(".inputs [data-column]")].map((field) => field.dataset.column));
    for (const name of names) {
      const first = column(name).find((field) => field.value !== "");
      if (first) for (const field of column(name)) if (field.value === "") { field.value = first.value; changed(field); }
    }
  });
  // Who types a value does not leave it as it stands.
  grid.addEventListener("input", (event) => {
    const box = event.target.closest(".inputs [data-column]") && event.target.closest("tr").querySelector('[data-column="recognised"]');
    if (box?.checked && event.target.value !== "") { box.checked = false; changed(box); }
  });
}
// A file that is too large is told before it is sent; the form stays as it is.
for (const field of document.querySelectorAll("input[type=file][data-most-bytes]")) {
  field.addEventListener("change", () => {
    const large = [...field.files].find((file) => file.size > Number(field.dataset.mostBytes));
    field.setCustomValidity(large ? `${large.name}: ${field.dataset.tooLarge}` : "");
    if (large) field.reportValidity();
  });
}
// The parts of a unit fold. What a person unfolds or folds stays so in this tab until the stage moves on; a part with an
// error, with what was typed before, or that is jumped to is open; paper has all of them.
const opens = (inner) => { for (let part = inner?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true; };
const typedIn = (field) => {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return field.value !== ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value;
  return field.type !== "hidden" && field.value !== field.defaultValue;
};
for (const page of document.querySelectorAll("[data-parts]")) {
  const key = `parts:${page.dataset.parts}`, parts = [...page.querySelectorAll("details.part")], shown = new Map();
  const kept = JSON.parse(window.sessionStorage.getItem(key) ?? "{}");
  const code = (part) => part.querySelector(".body").id;
  const set = (part, open) => { shown.set(part, open); part.open = open; };
  for (const part of parts) {
    const must = "whole" in page.dataset || "wrong" in part.dataset || [...part.querySelectorAll("input, select, textarea")].some(typedIn);
    set(part, must || (kept[code(part)] ?? part.open));
    part.addEventListener("toggle", () => {
      if (part.open === shown.get(part)) return;
      shown.set(part, part.open);
      kept[code(part)] = part.open;
      window.sessionStorage.setItem(key, JSON.stringify(kept));
    });
  }
  // What a browser finds wrong in a folded part could not be shown.
  page.addEventListener("invalid", (event) => opens(event.target), true);
  const jump = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const part = parts.find((each) => each.contains(target));
    if (!part || page.querySelector("[data-wrong]")) return;
    opens(target);
    const said = document.querySelector(".messages");
    if (said) part.before(said);
    (said ?? part).scrollIntoView({ block: "start" });
    part.querySelector("summary").focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", jump);
  // A browser takes the focus away once more when it scrolls to the fragment of a page that is being loaded.
  if (location.hash) { jump(); window.addEventListener("load", () => setTimeout(jump), { once: true }); }
  for (const link of document.querySelectorAll('a[href^="#s-"]')) {
    link.addEventListener("click", () => { if (link.hash === location.hash) jump(); });
  }
  for (const [name, open] of [["unfold", true], ["fold", false]]) {
    document.querySelector(`[data-${name}]`)?.addEventListener("click", (event) => {
      event.preventDefault();
      for (const part of parts) part.open = open;
    });
  }
  window.addEventListener("beforeprint", () => {
    const folded = parts.filter((part) => !part.open);
    for (const part of folded) set(part, true);
    window.addEventListener("afterprint", () => { for (const part of folded) set(part, false); }, { once: true });
  });
}
