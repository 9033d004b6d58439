
(() => {
  const all = (query, root) => [...(root || document).querySelectorAll(query)];
  const form = document.getElementById("choix");
  const status = document.getElementById("montre");
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f’']/g, "").toLowerCase();
  const STEP = 50;
  const groups = all("section[data-g]").map((section) => ({
    section,
    details: section.querySelector("details"),
    body: section.querySelector("tbody"),
    more: section.querySelector("button"),
    shown: STEP,
    rows: all("tbody tr", section).map((row, place) => ({
      row, place, group: section.dataset.g, state: row.dataset.s, departement: row.dataset.d,
      due: row.dataset.t || "9999", words: fold(row.textContent),
      school: fold(row.cells[0].textContent), person: fold(row.cells[1].textContent),
    })),
  }));
  const keys = {
    place: (a, b) => a.place - b.place,
    school: (a, b) => a.school.localeCompare(b.school, "fr"),
    person: (a, b) => a.person.localeCompare(b.person, "fr"),
    state: (a, b) => a.state.localeCompare(b.state, "fr"),
    departement: (a, b) => a.departement.localeCompare(b.departement),
    due: (a, b) => a.due.localeCompare(b.due),
  };
  const show = (moved) => {
    const words = fold(form.mots.value).split(/\s+/).filter(Boolean);
    const [kind, value] = form.etat.value.split("=");
    const departement = form.dept ? form.dept.value : "";
    const asked = words.length > 0 || value || departement;
    let total = 0;
    for (const group of groups) {
      if (moved) {
        group.shown = STEP;
        group.rows.sort((a, b) => keys[form.ordre.value](a, b) || a.place - b.place);
        group.body.append(...group.rows.map((one) => one.row));
      }
      let found = 0;
      for (const one of group.rows) {
        const fits = words.every((word) => one.words.includes(word))
          && (!value || (kind === "g" ? one.group === value : one.state === value))
          && (!departement || one.departement === departement);
        found += fits;
        one.row.hidden = !fits;
        one.row.classList.toggle("later", fits && found > group.shown);
      }
      total += found;
      group.section.hidden = asked && !found;
      if (moved && asked) group.details.open = found > 0;
      const left = found - group.shown;
      group.more.hidden = left <= 0;
      group.more.textContent = group.more.dataset.l + " (" + left + ")";
    }
    const known = groups.reduce((sum, group) => sum + group.rows.length, 0);
    status.textContent = asked ? status.dataset.l.replace("{}", total).replace("{}", known) : "";
  };
  for (const group of groups) {
    group.more.addEventListener("click", () => { group.shown += STEP; show(false); });
  }
  form.addEventListener("input", () => show(true));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => {
    for (const group of groups) group.details.open = group.section.dataset.o === "1";
    show(true);
  }));
  addEventListener("hashchange", open);
  function open() {
    const section = document.getElementById(location.hash.slice(1));
    const details = section && section.querySelector("details");
    if (details) details.open = true;
  }
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
  form.hidden = false;
  show(true);
  open();
})();
