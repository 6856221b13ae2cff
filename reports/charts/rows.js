/* SPDX-License-Identifier: MIT */
/* The table of runs: a page of rows at a time, searched, sorted and handed out as files. Each column of the data is an
 * array of numbers, or of places in a list of words. */
const columns = JSON.parse(document.getElementById("run-data").textContent);
const column = Object.fromEntries(columns.map(one => [one.name, one]));
const total = column.id.rows.length;
const table = document.getElementById("run-table");
const headers = [...table.tHead.rows[0].cells];
const shown = headers.map(header => column[header.dataset.name]);
const PAGE = 100;
let found = Array.from({ length: total }, (_, row) => row);
let first = 0;
let target = -1;

const valueOf = (one, row) => one.words ? one.words[one.rows[row]] : one.rows[row];
const textOf = (one, row) => {
  const value = valueOf(one, row) ?? "";
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(4))) : String(value);
};

const controls = document.createElement("div");
controls.className = "search";
controls.innerHTML = '<label>Search <input type="search" placeholder="words, all of which occur"></label>' +
  '<span role="group" aria-label="Pages"><button type="button">First</button> <button type="button">Previous</button> ' +
  '<button type="button">Next</button> <button type="button">Last</button></span>' +
  '<span role="group" aria-label="Files of the runs found"><button type="button">CSV</button> ' +
  '<button type="button">JSON</button></span><output></output>';
table.parentElement.before(controls);
const input = controls.querySelector("input");
const [toFirst, toPrevious, toNext, toLast, toCsv, toJson] = controls.querySelectorAll("button");
const output = controls.querySelector("output");

const makeRow = row => {
  const line = document.createElement("tr");
  line.id = `run-${column.store.rows[row]}-${column.id.rows[row]}`;
  line.classList.toggle("target", row === target);
  for (const one of shown) {
    const cell = line.insertCell();
    cell.className = one.words ? "" : "number";
    cell.textContent = textOf(one, row);
  }
  return line;
};
const show = from => {
  const last = Math.floor(Math.max(0, found.length - 1) / PAGE) * PAGE;
  first = Math.min(Math.max(0, from), last);
  const rows = found.slice(first, first + PAGE);
  table.tBodies[0].replaceChildren(...rows.map(makeRow));
  const count = number => number.toLocaleString("en");
  output.textContent = rows.length === 0 ? `none of ${count(total)} runs` : `runs ${count(first + 1)} to ` +
    `${count(first + rows.length)} of ${count(found.length)}` + (found.length < total ? ` found in ${count(total)}` : "");
  toFirst.disabled = toPrevious.disabled = first === 0;
  toLast.disabled = toNext.disabled = first === last;
};
toFirst.addEventListener("click", () => show(0));
toPrevious.addEventListener("click", () => show(first - PAGE));
toNext.addEventListener("click", () => show(first + PAGE));
toLast.addEventListener("click", () => show(found.length));

let sorted = found;
let texts;
const search = () => {
  texts ??= Array.from({ length: total }, (_, row) => shown.map(one => textOf(one, row)).join(" ").toLowerCase());
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  found = words.length === 0 ? sorted : sorted.filter(row => words.every(word => texts[row].includes(word)));
  show(0);
};
input.addEventListener("input", search);

/* Numbers by size, words by the alphabet. */
const rankIn = one => {
  if (!one.words) {
    return one.rows;
  }
  const order = [...one.words.keys()].sort((a, b) => one.words[a] < one.words[b] ? -1 : 1);
  const rank = [];
  order.forEach((word, place) => { rank[word] = place; });
  return one.rows.map(word => rank[word]);
};

/* Rows without a value come last in either direction. */
const sortBy = (one, sign) => {
  const rank = rankIn(one);
  const isEmpty = row => (valueOf(one, row) ?? "") === "";
  sorted = [...sorted].sort((a, b) => isEmpty(a) - isEmpty(b) || sign * (rank[a] - rank[b]) || a - b);
  search();
};
headers.forEach((header, place) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = header.textContent;
  header.replaceChildren(button);
  button.addEventListener("click", () => {
    const sign = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    headers.forEach(other => other.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    sortBy(shown[place], sign);
  });
});

const save = (name, type, text) => {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.click();
  URL.revokeObjectURL(link.href);
};
const quote = value => /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
const csvOf = rows => [columns.map(one => one.name).join(","),
  ...rows.map(row => columns.map(one => quote(String(valueOf(one, row) ?? ""))).join(","))].join("\r\n") + "\r\n";
const jsonOf = rows => JSON.stringify({ schema: 1,
  runs: rows.map(row => Object.fromEntries(columns.map(one => [one.name, valueOf(one, row)]))) }) + "\n";
toCsv.addEventListener("click", () => save("lerp-runs.csv", "text/csv", csvOf(found)));
toJson.addEventListener("click", () => save("lerp-runs.json", "application/json", jsonOf(found)));

/* Links to a run, "#run-1-12", lead to its page. */
const follow = () => {
  const [, store, id] = /^#run-(\d+)-(\d+)$/.exec(location.hash) ?? [];
  target = column.id.rows.findIndex((one, row) => one === Number(id) && column.store.rows[row] === Number(store));
  if (target < 0) {
    return;
  }
  if (!found.includes(target)) {
    input.value = "";
    found = sorted;
  }
  show(Math.floor(found.indexOf(target) / PAGE) * PAGE);
  document.getElementById(location.hash.slice(1)).scrollIntoView({ block: "center" });
};
addEventListener("hashchange", follow);
show(0);
follow();
