// The intake page, and the one that completes what arrived: the promise follows agency and channel; a known applicant's
// data is filled in when asked for.
const form = document.querySelector("#intake, #complete");
const box = document.querySelector("#promise-box");
async function promise() {
  if (!box) return; // a linked filing shows its dates as they stood when the page was opened
  const query = new URLSearchParams({ procedure: form.procedure.value, agency: form.agency.value, channel: form.channel.value, case: form.case.value });
  const answer = await fetch(`/intake/promise/?${query}`, { headers: { "HX-Request": "true" } });
  if (answer.status === 200) box.innerHTML = await answer.text();
}
for (const field of form.querySelectorAll("[data-promise]")) field.addEventListener("change", promise);
setInterval(promise, 60000);
// Who fills in the declaration means it: the tick says that the answers are kept.
document.querySelector("#declaration-fields")?.addEventListener("input", () => { form.elements.declare.checked = true; });
if (form.querySelector(".draft-note")) promise(); // a restored draft may name another agency or channel
form.querySelector("[data-tick]").addEventListener("click", () => {
  for (const tick of form.querySelectorAll("[data-required]")) tick.checked = true;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  for (const [name, value] of Object.entries(button.dataset)) {
    const field = form.elements[`owner_${name}`];
    if (field && value) field.value = value;
  }
  form.elements.owner_phone.focus();
  form.dispatchEvent(new Event("input"));
});
