"use strict";
(() => {
  const make = (name, text, properties) => Object.assign(document.createElement(name), { textContent: text }, properties);

  // Colours: those of the system until one chooses.
  const root = document.documentElement;
  const themes = ["auto", "light", "dark"];
  const stored = () => { try { return localStorage.getItem("testaudit-theme"); } catch { return null; } };
  const theme = make("button", "", { type: "button", id: "theme" });
  const choose = (name) => {
    const chosen = themes.includes(name) ? name : "auto";
    if (chosen === "auto") root.removeAttribute("data-theme"); else root.dataset.theme = chosen;
    theme.textContent = `Colours: ${chosen}`;
    try { localStorage.setItem("testaudit-theme", chosen); } catch { /* Where nothing may be stored, nothing is. */ }
  };
  theme.addEventListener("click", () => choose(themes[(themes.indexOf(root.dataset.theme ?? "auto") + 1) % themes.length]));
  choose(stored());

  // Sections, all at once.
  const sections = [...document.querySelectorAll("section > details")];
  const fold = make("button", "Collapse all", { type: "button", id: "fold" });
  const relabel = () => { fold.textContent = sections.some((own) => own.open) ? "Collapse all" : "Expand all"; };
  fold.addEventListener("click", () => {
    const open = !sections.some((own) => own.open);
    for (const own of sections) own.open = open;
  });
  for (const own of sections) own.addEventListener("toggle", relabel);
  document.getElementById("tools").append(...(sections.length > 1 ? [fold, theme] : [theme]));

  // Whatever a link leads to is opened.
  const reveal = () => {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { /* Not one of ours. */ }
    const target = name && document.getElementById(name);
    if (!target) return;
    let closed = false;
    for (let own = target.closest("details"); own; own = own.parentElement.closest("details")) {
      closed ||= !own.open;
      own.open = true;
    }
    const section = target.matches("section") && target.querySelector("details");
    if (section) section.open = true;
    if (closed) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  // What is printed is open.
  addEventListener("beforeprint", () => { for (const own of sections) own.open = true; });

  // Tables.
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const valueOf = (cell) => {
    const number = parseFloat(cell.textContent.replaceAll(",", ""));
    return Number.isNaN(number) ? -Infinity : number;
  };
  // Badges sort by how much they ask for.
  const tones = ["bad", "warn", "neutral", "good"];
  const wordsOf = (cell) => {
    const badge = cell.querySelector(".badge");
    return (badge ? `${tones.findIndex((tone) => badge.classList.contains(tone))} ` : "") + cell.textContent.trim();
  };
  const thousands = (number) => number.toLocaleString("en");
  for (const grid of document.querySelectorAll(".grid")) {
    const table = grid.querySelector("table");
    const body = table.tBodies[0];
    const rows = [...body.rows];
    if (rows.length < 2) continue;
    const headers = [...table.tHead.rows[0].cells];
    const sort = (column) => {
      const header = headers[column];
      const number = header.classList.contains("n");
      // Numbers begin with the largest, words with the first.
      const turns = number ? ["descending", "ascending", "none"] : ["ascending", "descending", "none"];
      const next = turns[(turns.indexOf(header.getAttribute("aria-sort")) + 1) % turns.length];
      for (const own of headers) own.setAttribute("aria-sort", own === header ? next : "none");
      let sorted = rows;
      if (next !== "none") {
        const sign = next === "ascending" ? 1 : -1;
        const keyed = rows.map((row) => [number ? valueOf(row.cells[column]) : wordsOf(row.cells[column]), row]);
        const compare = number ? (one, other) => (one > other) - (one < other) : collator.compare;
        keyed.sort(([one], [other]) => sign * compare(one, other));
        sorted = keyed.map(([, row]) => row);
      }
      body.append(...sorted);
    };
    headers.forEach((header, column) => {
      if (!header.textContent.trim()) return;
      const button = make("button", header.textContent, { type: "button" });
      button.addEventListener("click", () => sort(column));
      header.replaceChildren(button);
      header.setAttribute("aria-sort", "none");
    });
    if (rows.length < 8) continue;
    const count = grid.querySelector(".count");
    const whole = count.textContent;
    const words = rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join("\n").toLowerCase());
    const filter = make("input", "", { type: "search", placeholder: "Filter rows", autocomplete: "off", spellcheck: false });
    filter.setAttribute("aria-label", `Filter rows of ${table.caption.textContent}`);
    let waiting;
    const apply = () => {
      const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, at) => {
        row.hidden = !wanted.every((word) => words[at].includes(word));
        shown += !row.hidden;
      });
      count.textContent = wanted.length ? `${thousands(shown)} of ${thousands(rows.length)} rows` : whole;
    };
    filter.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, rows.length > 500 ? 120 : 0); });
    grid.querySelector(".bar").append(filter);
  }

  // Code to paste.
  if (navigator.clipboard && isSecureContext) {
    for (const block of document.querySelectorAll("pre")) {
      const text = block.textContent;
      const copy = make("button", "Copy", { type: "button" });
      copy.addEventListener("click", () => navigator.clipboard.writeText(text).then(
        () => { copy.textContent = "Copied"; setTimeout(() => { copy.textContent = "Copy"; }, 1500); },
        () => { copy.remove(); },
      ));
      block.append(copy);
    }
  }
})();
