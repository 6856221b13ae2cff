/* SPDX-License-Identifier: MIT */
"use strict";
for (const hint of document.querySelectorAll(".hint")) {
  hint.hidden = false;
}

/* Figures: curves of one name are brought out together, and switched by their name in the legend. */
for (const svg of document.querySelectorAll("svg.figure")) {
  const groups = new Map();
  for (const plot of svg.querySelectorAll("g.plot")) {
    const title = plot.querySelector(":scope > title");
    if (title) {
      const name = title.textContent;
      groups.set(name, [...(groups.get(name) ?? []), plot]);
    }
  }
  for (const [name, plots] of groups) {
    const pick = on => {
      svg.classList.toggle("picking", on);
      plots.forEach(plot => plot.classList.toggle("picked", on));
    };
    for (const plot of plots) {
      plot.addEventListener("pointerenter", () => pick(true));
      plot.addEventListener("pointerleave", () => pick(false));
    }
    const entry = plots.find(plot => plot.querySelector("text"));
    if (!entry) {
      continue;
    }
    const flip = () => {
      const off = entry.classList.contains("off");
      plots.forEach(plot => plot.classList.toggle("off", !off));
      entry.setAttribute("aria-pressed", String(off));
      pick(false);
    };
    svg.setAttribute("role", "group");
    entry.classList.add("switch");
    entry.setAttribute("role", "button");
    entry.setAttribute("tabindex", "0");
    entry.setAttribute("aria-pressed", "true");
    entry.setAttribute("aria-label", name);
    entry.addEventListener("click", flip);
    entry.addEventListener("focus", () => pick(entry.matches(":focus-visible")));
    entry.addEventListener("blur", () => pick(false));
    entry.addEventListener("keydown", event => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        flip();
      }
    });
  }
}

/* The table of runs: search, and sorting by a column. */
const table = document.getElementById("run-table");
const body = table.tBodies[0];
const rows = [...body.rows];
const texts = rows.map(row => row.textContent.toLowerCase());

const search = document.createElement("div");
search.className = "search";
search.innerHTML = '<label>Search <input type="search" placeholder="words, all of which occur"></label>' +
  '<output></output>';
table.parentElement.before(search);
const input = search.querySelector("input");
const output = search.querySelector("output");
const filter = () => {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  rows.forEach((row, i) => {
    row.hidden = !words.every(word => texts[i].includes(word));
    shown += row.hidden ? 0 : 1;
  });
  output.textContent = `${shown} of ${rows.length} runs`;
};
input.addEventListener("input", filter);
filter();

const compare = (a, b) => {
  const x = Number(a), y = Number(b);
  if (a === "" || b === "") {
    return (a === "") - (b === "");
  }
  return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, "en", { numeric: true }) : x - y;
};
const headers = [...table.tHead.rows[0].cells];
headers.forEach((header, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = header.textContent;
  header.replaceChildren(button);
  button.addEventListener("click", () => {
    const sign = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    headers.forEach(other => other.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    const order = rows.map(row => [row.cells[column].textContent, row]);
    order.sort((a, b) => sign * compare(a[0], b[0]));
    body.append(...order.map(pair => pair[1]));
  });
});
