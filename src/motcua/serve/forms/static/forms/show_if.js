// Shows and hides fields while one types, by the conditions that the server judges by (rules/answers).
// An answer counts only if it is right: each kind is read here as rules/answers/values.py reads it. The server remains
// the judge; what is hidden is neither asked nor kept.
const SPACE = /[\s\u0085\u001c-\u001f]+/gu;
const tidy = (text) => text.normalize("NFC").replaceAll("\r\n", "\n").replace(/^[\s\u0085\u001c-\u001f]+|[\s\u0085\u001c-\u001f]+$/gu, "");
const plain = (text) => tidy(text.normalize("NFKC")).toUpperCase().replaceAll("–", "-");
const blank = (value) =>
  value === null || value === undefined || (typeof value === "string" ? tidy(value) === "" :
    Array.isArray(value) ? value.length === 0 : typeof value === "object" && !(value instanceof Amount) && Object.values(value).every(blank));

// A number without binary fractions: whole millionths.
class Amount { constructor(text) {
  const [, sign, whole, part = ""] = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text);
  this.size = BigInt(whole + part.padEnd(6, "0").slice(0, 6)) * (sign ? -1n : 1n);
} }
const WRONG = Symbol("wrong");

function within(rule, size, read) {
  if (rule.least && size < read(rule.least)) return false;
  return !(rule.most && size > read(rule.most));
}
function amount(text, rule) {
  const number = new Amount(text);
  return within(rule, number.size, (bound) => new Amount(bound).size) ? number : WRONG;
}
function number(text, rule) {
  text = text.replaceAll(" ", "");
  if (/^-?[0-9]{1,3}(?:\.[0-9]{3}){1,4}(?:,[0-9]{1,6})?$/.test(text)) text = text.replaceAll(".", "");
  return /^-?[0-9]{1,15}(?:[.,][0-9]{1,6})?$/.test(text) ? amount(text.replace(",", "."), rule) : WRONG;
}
function money(text, rule) {
  text = tidy(text.replace(/[đ]$/u, "").replace(/₫$/u, ""));
  return /^(?:[0-9]{1,15}|[0-9]{1,3}(?:[., ][0-9]{3}){1,4})$/.test(text) ? amount(text.replace(/[., ]/g, ""), rule) : WRONG;
}
function day(text) {
  const own = /^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})$/.exec(text), iso = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  const [y, m, d] = own ? [own[3], own[2], own[1]].map(Number) : iso ? iso.slice(1).map(Number) : [0, 0, 0];
  const date = new Date(0); date.setUTCFullYear(y, m - 1, d);
  if (y < 1 || date.getUTCFullYear() !== y || date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) return WRONG;
  return `${String(y).padStart(4, "0")}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`;
}
function date(text, rule, today) {
  const found = day(text);
  return found !== WRONG && within(rule, found, (bound) => (bound === "today" ? today : bound)) ? found : WRONG;
}
function text(value, rule) {
  if (rule.kind === "text") value = tidy(value.replace(SPACE, " "));
  const length = [...value].length;
  return length <= Number(rule.most || (rule.kind === "text" ? 200 : 5000)) && !(rule.least && length < Number(rule.least)) ? value : WRONG;
}
const bare = (text) => text.replace(SPACE, "");
function citizen(value) {
  value = bare(value).replace(/[.-]/g, "");
  return /^(?:[0-9]{12}|[0-9]{9})$/.test(value) ? value : WRONG;
}
function tax(value) {
  value = bare(plain(value));
  if (/^[0-9]{12}$/.test(value)) return value;
  const found = /^([0-9]{10})(?:-?([0-9]{3}))?$/.exec(value);
  if (!found || found[2] === "000") return WRONG;
  const sum = [31, 29, 23, 19, 17, 13, 7, 5, 3].reduce((all, weight, at) => all + weight * Number(found[1][at]), 0);
  return 10 - (sum % 11) === Number(found[1][9]) ? found[1] + (found[2] ? `-${found[2]}` : "") : WRONG;
}
function phone(value) {
  value = bare(plain(value)).replace(/[./-]/g, "").replace("84(0)", "84").replace(/[()]/g, "");
  const found = /^(?:\+84|0084|84|0)([35789][0-9]{8}|2[0-9]{9})$/.exec(value);
  return found ? `+84${found[1]}` : WRONG;
}
function email(value) {
  const at = value.lastIndexOf("@");
  value = `${value.slice(0, Math.max(at, 0))}@${value.slice(at + 1).toLowerCase()}`;
  return /^[^@\s<>,;"]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}$/.test(value) ? value : WRONG;
}
const READ = {
  text, long_text: text, number, money, date, citizen_id: citizen, tax_code: tax, phone, email,
  unit_code: (value) => (/^[0-9]{5}$/.test(value) ? value : WRONG),
  choice: (value) => value, yes_no: (value) => value,
};

function clean(rule, value, today) {
  if (blank(value)) return undefined;
  if (rule.kind === "choices") return within(rule, value.length, Number) ? value : undefined;
  if (rule.kind === "rows") return table(rule, value, today);
  if (rule.kind === "address") return address(value);
  const found = READ[rule.kind](tidy(value), rule, today);
  return found === WRONG ? undefined : found;
}
function address(value) {
  const line = tidy(value.line.replace(SPACE, " "));
  return line && [...line].length <= 200 && (blank(value.unit) || /^[0-9]{5}$/.test(tidy(value.unit))) ? { line } : undefined;
}
function table(rule, value, today) {
  const sent = value.filter((row) => !blank(row));
  if (sent.length < Number(rule.least || 0) || sent.length > Number(rule.most || 200)) return undefined;
  const rows = sent.filter((row) => rule.columns.some((column) => clean(column, row[column.key], today) !== undefined));
  return rows.length ? rows : undefined;
}

function met(condition, answer) {
  const { op, value } = condition, none = blank(answer);
  if (op === "filled" || op === "empty") return none === (op === "empty");
  if (op === "has") return Array.isArray(answer) && answer.includes(value);
  if (op === "is" || op === "is_not") return (!none && same(answer, value)) === (op === "is");
  if (none) return false;
  const [left, right] = answer instanceof Amount ? [answer.size, new Amount(value).size] : [answer, value];
  return { lt: left < right, le: left <= right, gt: left > right, ge: left >= right }[op] === true;
}
function same(answer, value) {
  return answer instanceof Amount ? answer.size === new Amount(value).size : answer === value;
}

// `fields` are rules with `key`, `show_if`, `match`; `answers` are as typed. Returns the keys that are shown.
export function shown(fields, answers, today) {
  const taken = {}, keys = [];
  for (const rule of fields) {
    const wants = rule.show_if ?? [], tests = wants.map((condition) => met(condition, taken[condition.field]));
    if (wants.length && !(rule.match === "any" ? tests.some(Boolean) : tests.every(Boolean))) continue;
    keys.push(rule.key);
    if (rule.kind !== "heading") taken[rule.key] = clean(rule, answers[rule.key], today);
  }
  return keys;
}

function typed(form, name, rule) {
  const inputs = (of) => [...form.querySelectorAll(`[name="${CSS.escape(of)}"]`)];
  const one = (of) => inputs(of)[0]?.value ?? "";
  if (rule.kind === "choices") return inputs(name).filter((box) => box.checked).map((box) => box.value);
  if (rule.kind === "address") return { line: one(`${name}.line`), unit: one(`${name}.unit`) };
  if (rule.kind !== "rows") return one(name);
  const rows = Array.from({ length: Number(one(`${name}.count`)) || 0 }, (_row, at) => at + 1);
  return rows.map((at) => Object.fromEntries(rule.columns.map((c) => [c.key, one(`${name}.${at}.${c.key}`)])));
}
export function follow(form) {
  const boxes = [...form.querySelectorAll("[data-field]")], answers = {};
  const fields = boxes.map((box) => ({ key: box.dataset.field, ...JSON.parse(box.dataset.rule), ...JSON.parse(box.dataset.showIf ?? "{}") }));
  for (const rule of fields) if (rule.kind !== "heading") answers[rule.key] = typed(form, form.dataset.form + rule.key, rule);
  const keys = new Set(shown(fields, answers, form.dataset.today));
  for (const box of boxes) box.hidden = !keys.has(box.dataset.field);
}
const changed = (event) => { const form = event.target.closest?.("[data-form]"); if (form) follow(form); };
document.addEventListener("input", changed);
document.addEventListener("change", changed);
for (const form of document.querySelectorAll("[data-form]")) follow(form);
// A draft that the browser kept is put back after the page is drawn.
setTimeout(() => { for (const form of document.querySelectorAll("[data-form]")) follow(form); }, 0);
