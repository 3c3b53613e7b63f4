"use strict";
(() => {
  const table = document.querySelector("table.matrix");
  const form = document.querySelector("form.controls");
  const orders = JSON.parse(table.dataset.orders);
  orders.class = orders.size.map((_, index) => index);
  const head = table.tHead.rows[0];
  const rows = [...table.tBodies[0].rows];
  const lines = [head, ...rows].map((row) => [row, [...row.cells].slice(1)]);
  for (const [, cells] of lines.slice(1))
    for (const cell of cells) cell.dataset.count = cell.textContent;
  const [order, unit] = ["order", "unit"].map((id) => document.getElementById(id));
  order.addEventListener("change", () => {
    const places = orders[order.value];
    for (const [row, cells] of lines)  // what is not in the order, "others", stays last
      row.append(...places.map((place) => cells[place]), ...cells.slice(places.length));
    table.tBodies[0].append(...places.map((place) => rows[place]));
  });
  unit.addEventListener("change", () => {
    for (const [, cells] of lines.slice(1))
      for (const cell of cells) cell.textContent = cell.dataset[unit.value];
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
})();
