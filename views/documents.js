// The reader of documents in the browser: jumps without losing the session, and links to the selected place.
(() => {
  if (window.oporaReader) return;
  window.oporaReader = true;

  const scrolls = (element, block) => element.scrollIntoView({ block, behavior: "auto" });
  const blockAt = (start) => document.querySelector(`.opora-reader [data-opora-start="${Number(start)}"]`);

  const arriveAt = (target) => {
    if (!target) {
      document.querySelector(".stMain")?.scrollTo({ top: 0 });
      return;
    }
    scrolls(target, target.matches("mark") ? "center" : "start");
    // Who follows a link goes on reading there with the keyboard too; who presses a button stays on it.
    const active = document.activeElement;
    if (active === document.body || active?.closest(".opora-reader")) target.focus({ preventScroll: true });
  };

  // The outline shows where in the document the reader is.
  const showEntry = () => {
    for (const entry of document.querySelectorAll(".opora-outline a[aria-current]")) {
      const box = entry.closest(".st-key-opora_documents_outline_wide");
      if (box) box.scrollTop += entry.getBoundingClientRect().top - box.getBoundingClientRect().top - 80;
    }
  };

  // A link that Streamlit follows within the session: a page loaded anew would forget the conversation.
  const go = (href) => {
    history.pushState({}, "", href);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-opora-go]");
    if (link && !event.defaultPrevented && event.button === 0
        && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      const goal = link.hasAttribute("data-opora-at") && blockAt(link.dataset.oporaAt);
      if (goal) {
        scrolls(goal, "start");
        goal.focus({ preventScroll: true });
      }
      if (link.href !== location.href) go(link.href);
      else if (!goal) arriveAt(document.querySelector(".opora-reader [data-opora-target]"));
      return;
    }
    const button = event.target.closest?.(".opora-copy");
    if (button) copy(button);
  });

  const selected = () => oporaSelection(document.querySelector(".opora-reader"));

  // Pressing the button must not take the selection away before it is read.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.(".opora-copy")) event.preventDefault();
  });

  // Where the bar with the button is out of sight, a selection brings one of its own.
  const floating = document.createElement("button");
  floating.type = "button";
  floating.className = "opora-copy opora-copy-floating";
  floating.textContent = "Zkopírovat odkaz na toto místo";
  floating.hidden = true;
  document.addEventListener("selectionchange", () => {
    const bar = document.querySelector(".stHtml .opora-copy")?.getBoundingClientRect();
    const seen = bar && bar.top >= 0 && bar.bottom <= innerHeight;
    floating.hidden = seen || !selected();
    if (!floating.hidden && !floating.isConnected) document.body.append(floating);
  });

  const firstVisible = () => {
    for (const block of document.querySelectorAll(".opora-reader [data-opora-start]")) {
      if (block.getBoundingClientRect().bottom > 140) return block;
    }
    return null;
  };

  const address = (button) => {
    const reader = document.querySelector(".opora-reader");
    const doc = encodeURIComponent(reader.dataset.oporaDoc);
    const base = `${location.origin}${location.pathname}`;
    const span = selected();
    if (span) return [`${base}?doc=${doc}&start=${span.start}&end=${span.end}`, "Odkaz na vybraný text je zkopírován."];
    if (button.dataset.oporaCited) {
      return [new URL(button.dataset.oporaCited, location.href).href, "Odkaz na zvýrazněné místo je zkopírován."];
    }
    const block = firstVisible();
    const start = block ? `&start=${block.dataset.oporaStart}` : "";
    return [`${base}?doc=${doc}${start}`, "Odkaz na místo, které je vidět, je zkopírován."];
  };

  const write = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Without HTTPS browsers offer the older way only.
      const field = document.createElement("textarea");
      field.value = text;
      field.style.position = "fixed";
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  };

  const copy = async (button) => {
    const [link, said] = address(button);
    const status = document.querySelector(".opora-copied");
    const done = await write(link);
    if (button === floating) {
      floating.textContent = done ? "Odkaz je zkopírován" : "Odkaz se nepodařilo zkopírovat";
      setTimeout(() => {
        floating.hidden = true;
        floating.textContent = "Zkopírovat odkaz na toto místo";
      }, 3000);
    }
    document.documentElement.dataset.oporaLink = link;
    if (!status) return;
    status.textContent = done ? said : `Odkaz si zkopírujte sami: ${link}`;
    if (done) setTimeout(() => { status.textContent = ""; }, 6000);
  };

  // A new turn brings the reader to its place; whoever scrolls or types meanwhile is left alone.
  let shown = "";
  const scriptRuns = () => document.querySelector("[data-testid='stApp']")
    ?.getAttribute("data-test-script-state") !== "notRunning";
  const arrive = () => {
    const reader = document.querySelector(".opora-reader");
    const turn = reader ? `${reader.dataset.oporaDoc} ${reader.dataset.oporaTurn}` : "";
    if (!reader || turn === shown) {
      if (!reader && !document.querySelector(".st-key-opora_documents_desk")) shown = "";
      return;
    }
    shown = turn;
    let left = 3; // the page still grows a little after the script has ended
    const leave = () => { left = -1; };
    for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      addEventListener(moved, leave, { once: true, passive: true });
    }
    const settle = () => {
      if (left < 0 || shown !== turn) return;
      arriveAt(document.querySelector(".opora-reader [data-opora-target]"));
      showEntry();
      if (!scriptRuns()) left -= 1;
      setTimeout(settle, 100);
    };
    settle();
  };
  // Streamlit puts an English word before the description of an image.
  const czech = { "Fullscreen: ": "Na celou obrazovku: ", "Close fullscreen: ": "Zavřít celou obrazovku: " };
  const nameButtons = () => {
    for (const [english, ours] of Object.entries(czech)) {
      for (const button of document.querySelectorAll(`button[aria-label^="${english}"]`)) {
        button.setAttribute("aria-label", ours + button.getAttribute("aria-label").slice(english.length));
      }
    }
  };
  new MutationObserver(() => {
    nameButtons();
    arrive();
  }).observe(document.body, { childList: true, subtree: true });
  nameButtons();
  arrive();
})();
