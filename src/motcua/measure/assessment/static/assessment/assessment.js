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
