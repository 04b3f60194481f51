// The overview follows the record: asks once a second, without a session, whether anything of one's own agencies moved;
// only then is the part of today drawn anew. A page that nobody sees does not ask.
const EVERY = 1000, LONGEST = 30000;
let pause = EVERY, ended = false;
// Whoever is signed out is told once (see motcua.js), not each second.
document.addEventListener("htmx:responseError", (event) => { ended ||= event.detail.xhr.status === 401; });
const ask = async () => {
  const part = document.getElementById("today");
  if (!part || document.hidden || ended) return;
  const asked = new URL(part.dataset.pulse, location.href);
  asked.searchParams.set("at", part.dataset.at);
  try {
    const answer = await fetch(asked, { credentials: "omit", cache: "no-store" });
    if (answer.status === 200) htmx.trigger(part, "moved");
    pause = answer.ok ? EVERY : Math.min(pause * 2, LONGEST);
  } catch {
    pause = Math.min(pause * 2, LONGEST);
  }
};
const again = async () => { await ask(); setTimeout(again, pause); };
document.addEventListener("visibilitychange", ask);
again();
