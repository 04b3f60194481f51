// Slides by keyboard: arrows, page keys, space, Home, End; F fills the screen. Without it the page is read by scrolling.
const slides = [...document.querySelectorAll(".slide")];
const here = () => slides.reduce((best, slide, n) =>
  Math.abs(slide.getBoundingClientRect().top) < Math.abs(slides[best].getBoundingClientRect().top) ? n : best, 0);
const show = (n) => {
  const slide = slides[Math.max(0, Math.min(slides.length - 1, n))];
  slide.scrollIntoView();
  slide.focus({ preventScroll: true });
  history.replaceState(null, "", `#${slide.id}`);
};
const ways = {
  ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1,
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in ways) show(here() + (event.shiftKey && event.key === " " ? -1 : ways[event.key]));
  else if (event.key === "Home") show(0);
  else if (event.key === "End") show(slides.length - 1);
  else if (event.key === "f" || event.key === "F") document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  else return;
  event.preventDefault();
});
