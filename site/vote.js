// Questions for a class, one at a time: choose, talk, choose again, reveal.
"use strict";

class Voting {
  constructor(place) {
    this.place = place;
    this.votes = [...place.querySelectorAll(".vote")];
    this.build();
    addEventListener("keydown", (event) => this.press(event));
    addEventListener("hashchange", () => this.fromAddress());
    place.classList.add("one");
    this.fromAddress();
  }

  build() {
    const button = (text, act) => {
      const made = make("button", { type: "button", textContent: text });
      made.addEventListener("click", act);
      return made;
    };
    const chapters = make("select");
    chapters.setAttribute("aria-label", "Chapter");
    this.place.querySelectorAll(".chapter-votes").forEach((each) => chapters.append(make("option", { textContent: each.getAttribute("aria-label") })));
    chapters.addEventListener("change", () => this.show(this.votes.indexOf(this.place.querySelectorAll(".chapter-votes")[chapters.selectedIndex].querySelector(".vote"))));
    this.chapters = chapters;
    this.told = make("output");
    this.revealing = button("Reveal", () => this.reveal());
    const bar = make("div", { className: "vote-bar" }, button("← Back", () => this.show(this.index - 1)), this.revealing, button("Next →", () => this.show(this.index + 1)), chapters, this.told);
    if (document.documentElement.requestFullscreen) bar.append(button("Full screen", () => this.place.requestFullscreen()));
    this.place.querySelector(".about").after(bar);
  }

  fromAddress() { this.show(Math.max(0, this.votes.findIndex((vote) => `#${vote.id}` === location.hash)), { focus: false }); }

  press(event) {
    const act = { ArrowRight: () => this.show(this.index + 1), ArrowLeft: () => this.show(this.index - 1), ArrowDown: () => this.reveal() }[event.key];
    if (!act || !event.altKey) return;
    event.preventDefault();
    act();
  }

  show(index, { focus = true } = {}) {
    if (!this.votes[index]) return;
    this.index = index;
    const vote = this.votes[index];
    this.votes.forEach((each) => each.classList.toggle("current", each === vote));
    const chapter = vote.closest(".chapter-votes");
    this.place.querySelectorAll(".chapter-votes").forEach((each, n) => { if (each === chapter) this.chapters.selectedIndex = n; });
    this.told.textContent = `${index + 1} of ${this.votes.length}`;
    this.revealing.disabled = !vote.querySelector(".revealed").hidden;
    history.replaceState(null, "", `#${vote.id}`);
    if (focus) vote.querySelector("h2").focus();
  }

  reveal() {
    const vote = this.votes[this.index];
    const item = JSON.parse(vote.dataset.sealed);
    const [right] = marking.solution(item);
    const row = vote.querySelectorAll(".options li")[marking.alphabet(26).indexOf(right)];
    if (!vote.querySelector(".revealed").hidden) return;
    row.classList.add("right");
    row.append(make("span", { className: "sign", textContent: " ✓" }));
    vote.querySelector(".revealed").append(make("p", {}, make("b", { textContent: `${right}. ` }), ...prose(marking.unlocked(item))));
    vote.querySelector(".revealed").hidden = false;
    this.revealing.disabled = true;
    say(`${right} is right. ${marking.unlocked(item)}`);
  }
}

new Voting(document.querySelector(".voting"));
