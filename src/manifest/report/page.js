'use strict';
// Hides the cards that lack one of the words.
const filter = document.getElementById('filter');
const shown = document.getElementById('shown');
const main = document.querySelector('main');
const sections = Array.from(document.querySelectorAll('main > section'), (section) => {
  const title = section.querySelector('h2').textContent;
  const cards = Array.from(section.querySelectorAll('li'), (card) => {
    return { card, text: (title + ' ' + card.textContent).toLowerCase() };
  });
  return { section, cards };
});
const all = sections.reduce((sum, { cards }) => sum + cards.length, 0);
function apply() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { section, cards } of sections) {
    let matches = 0;
    for (const { card, text } of cards) {
      const match = words.every((word) => text.includes(word));
      card.hidden = !match;
      matches += match;
    }
    section.hidden = !matches;
    count += matches;
  }
  main.classList.toggle('few', words.length > 0 && count <= 1000);
  shown.value = words.length ? count.toLocaleString('en') + ' of ' + all.toLocaleString('en') + ' on this page' : '';
  document.getElementById('none').hidden = count > 0 || !words.length;
}
let waiting = 0;
filter.addEventListener('input', () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(apply);
});
document.getElementById('tools').hidden = false;
apply();
