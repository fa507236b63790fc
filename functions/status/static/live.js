// Two things that a page does by itself: it asks for what is new, and arrow keys walk the calendar.
// Without this script every page is whole; only to be loaded again by hand.
"use strict";

(() => {
  const region = document.querySelector("[data-live]");
  const state = document.getElementById("state");
  const WAIT_MAX = 60;

  const say = (text) => {
    if (state.textContent !== text) state.textContent = text;
  };

  // One tab stop for a whole calendar; arrow keys move within it, by a game date or by a week.
  const grid = () => document.querySelector("[data-grid]");
  const days = () => [...grid().querySelectorAll("a.day")];

  const prepare = (currentId) => {
    if (!grid()) return;
    const all = days();
    const current = all.find((day) => day.id === currentId) || all[0];
    all.forEach((day) => { day.tabIndex = day === current ? 0 : -1; });
  };

  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

  document.addEventListener("keydown", (event) => {
    const from = event.target;
    if (!(from instanceof Element) || !from.matches("a.day")) return;
    const all = days();
    const index = all.indexOf(from);
    const ends = { Home: 0, End: all.length - 1 };
    let to = event.key in ends ? ends[event.key] : -1;
    if (event.key in STEPS) {
      to = Math.abs(STEPS[event.key]) === 1 ? index + STEPS[event.key] : aWeekOff(all, index, STEPS[event.key]);
    }
    if (to < 0 || to >= all.length || to === index) return;
    event.preventDefault();
    prepare(all[to].id);
    all[to].focus();
  });

  // The game date nearest to the same weekday of the week before or after.
  const aWeekOff = (all, index, step) => {
    const at = (day) => Date.parse(day.id.slice(1));
    const wanted = at(all[index]) + step * 86400000;
    let best = -1;
    all.forEach((day, place) => {
      const beyond = step < 0 ? place < index : place > index;
      if (beyond && (best < 0 || Math.abs(at(day) - wanted) < Math.abs(at(all[best]) - wanted))) best = place;
    });
    return best;
  };

  let shown = region ? region.innerHTML : "";
  prepare("");
  if (!region) return;

  const address = new URL(window.location.href);
  address.searchParams.set("part", "live");
  address.hash = "";
  const seconds = Number(region.dataset.seconds);
  let tag = null;
  let misses = 0;

  // What a reader has in hand stays in hand: the focus, what is scrolled, what is folded out.
  const replace = (content) => {
    const focused = document.activeElement && region.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = [...region.querySelectorAll(".scroll")].map((each) => [each.scrollLeft, each.scrollTop]);
    const calendarAt = grid() ? (grid().querySelector('a.day[tabindex="0"]') || {}).id : "";
    region.replaceChildren(content.cloneNode(true));
    prepare(calendarAt);
    region.querySelectorAll(".scroll").forEach((each, index) => {
      if (scrolled[index]) [each.scrollLeft, each.scrollTop] = scrolled[index];
    });
    const again = focused && document.getElementById(focused);
    if (again) again.focus({ preventScroll: true });
  };

  const look = async () => {
    try {
      const headers = tag ? { "If-None-Match": tag } : {};
      const answer = await fetch(address, { headers, cache: "no-store", redirect: "error" });
      if (answer.status === 200) {
        const made = document.createElement("template");
        made.innerHTML = await answer.text();
        // The first answer is what the page was made with, unless something has moved since.
        if (made.innerHTML !== shown) replace(made.content);
        shown = made.innerHTML;
        tag = answer.headers.get("ETag");
      } else if (answer.status !== 304) {
        throw new Error(String(answer.status));
      }
      misses = 0;
      say("Live");
    } catch {
      misses += 1;
      say("No answer from the server; this page shows what it last said");
    }
  };

  const next = () => {
    const wait = Math.min(seconds * 2 ** misses, WAIT_MAX);
    window.setTimeout(async () => {
      if (!document.hidden) await look();
      next();
    }, wait * 1000);
  };
  next();
})();
