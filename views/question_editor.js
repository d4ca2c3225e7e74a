// The editor of questions in the browser: a selection in the text becomes a quote, and buttons say what they are for.
(() => {
  if (window.oporaQuestions) return;
  window.oporaQuestions = true;

  // Pressing the button must not take the selection away before it is read.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.("[data-opora-take]")) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-opora-take]")) return;
    const field = document.querySelector(".st-key-opora_qe_span input");
    const said = document.querySelector("[data-opora-taken]");
    const span = oporaSelection(document.querySelector(".opora-qe-text"));
    said.textContent = span ? "" : "Nejdřív v textu označte slova.";
    if (!span || !field) return;
    // The field takes a value as if it were typed, and hands it on when it is left.
    field.focus({ preventScroll: true });
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, `${span.start} ${span.end}`);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(() => field.blur());
    getSelection().removeAllRanges();
  });

  // A list has many buttons of one name; a screen reader needs to tell them apart.
  const named = [
    ["[class*='st-key-opora_qe_row_']", ".opora-qe-question"],
    ["[class*='st-key-opora_qe_draft_']", ".opora-qe-question"],
    ["[class*='st-key-opora_qe_evidence_']", "blockquote"],
    ["[class*='st-key-opora_qe_hit_']", ".opora-qe-hit"],
  ];
  const name = () => {
    for (const [holders, words] of named) {
      for (const holder of document.querySelectorAll(holders)) {
        const text = holder.querySelector(words)?.textContent.trim().slice(0, 80);
        if (!text) continue;
        for (const button of holder.querySelectorAll("button")) {
          button.setAttribute("aria-label", `${button.textContent.trim().replace(/^[a-z_]+(?=[A-ZÁ-Ž])/, "")}: ${text}`);
        }
      }
    }
    for (const [edge, word] of [["start", "Začátek citátu"], ["end", "Konec citátu"]]) {
      for (const button of document.querySelectorAll(`.st-key-opora_qe_move_${edge} button`)) {
        const label = button.querySelector("p")?.textContent.trim();
        if (label) button.setAttribute("aria-label", `${word}: ${label}`);
      }
    }
    const field = document.querySelector(".st-key-opora_qe_span input");
    if (field) {
      field.tabIndex = -1;
      field.setAttribute("aria-hidden", "true");
    }
  };

  // The picked quote comes into view within the text.
  let shown = "";
  const showPick = () => {
    const text = document.querySelector(".opora-qe-text");
    const mark = text?.querySelector("mark");
    const now = mark ? `${mark.closest("[data-opora-start]").dataset.oporaStart} ${mark.textContent}` : "";
    if (now && now !== shown) text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - 60;
    shown = text ? now : "";
  };

  // Who opens a form from deep in the list is taken to its beginning.
  let form = "";
  const showForm = () => {
    const title = document.querySelector("[data-opora-form]");
    const now = title?.dataset.oporaForm ?? "";
    if (now && now !== form) {
      title.focus({ preventScroll: true });
      title.scrollIntoView({ block: "start" });
    }
    form = now;
  };

  let waiting = false; // once per frame, not once per element
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      name();
      showPick();
      showForm();
    });
  }).observe(document.body, { childList: true, subtree: true });
  name();
})();
