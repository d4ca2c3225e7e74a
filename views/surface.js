// What Streamlit leaves out for those who use no mouse or no screen: landmarks, Czech announcements, the way of the focus.
(() => {
  // Read by the library behind Streamlit's lists and menus before it starts: its announcements exist in Czech.
  window[Symbol.for("react-aria.i18n.locale")] = "cs-CZ";

  const landmarks = [
    [".st-key-opora_question", "search", "Dotaz"],
    [".st-key-opora_catalogue_query", "search", "Hledání v katalogu"],
    [".st-key-opora_documents_bar", "search", "Hledání v dokumentu"],
    [".st-key-opora_locality_search", "search", "Hledání obce"],
    [".st-key-opora_source_panel", "group", "Otevřený zdroj"],
  ];
  const name = () => {
    for (const [css, role, label] of landmarks) {
      for (const element of document.querySelectorAll(`${css}:not([role])`)) {
        element.setAttribute("role", role);
        element.setAttribute("aria-label", label);
      }
    }
    for (const zone of document.querySelectorAll("[data-testid='stFileUploaderDropzone'][role='presentation']")) {
      zone.setAttribute("role", "group"); // it has a label, which the other role would silence
    }
    // The English name of a sign says nothing that the words beside it do not.
    for (const icon of document.querySelectorAll("[role='img'][aria-label$=' icon'][translate='no']")) {
      icon.removeAttribute("aria-label");
      icon.removeAttribute("role");
      icon.setAttribute("aria-hidden", "true");
    }
    for (const span of document.querySelectorAll("button span:not(:has(*))")) {
      if (/^[a-z_]+ icon$/.test(span.textContent)) span.firstChild.data = "";
    }
    for (const button of document.querySelectorAll("[data-testid='stDialog'] button[aria-label='Odstranit']")) {
      button.setAttribute("aria-label", "Zavřít"); // closing, which that library's Czech calls removing
    }
    // What scrolls and holds nothing to press would be out of the keyboard's reach.
    for (const box of document.querySelectorAll(".opora-excerpt, .opora-table")) {
      const scrolls = box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
      if (scrolls) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };

  const focusable = "a[href], button, input, textarea, select, summary, [tabindex='0']";
  const keyOf = (element) => [...(element?.closest("[class*='st-key-']")?.classList ?? [])]
    .find((c) => c.startsWith("st-key-"));
  const focus = (element) => {
    if (!element) return false;
    if (!element.matches(focusable)) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    return document.activeElement === element;
  };
  const byKey = (key) => key && document.querySelector(`.${CSS.escape(key)} :is(button, input)`);

  // Where the keyboard goes on when what was pressed opens something else, or is gone itself.
  const arrivals = [
    ["st-key-opora_cite_", () => document.querySelector(".st-key-opora_source_panel")],
    ["st-key-opora_close", () => byKey(cited)],
    ["st-key-opora_open_", () => document.querySelector(".opora-detail-title")],
    ["st-key-opora_back", () => byKey(detailed)],
    ["st-key-opora_locality_pick_", () => document.querySelector("h2.opora-part")],
    ["st-key-opora_locality_back", () => document.querySelector(".st-key-opora_locality_search input")],
    ["st-key-opora_catalogue_compare", () => byKey("st-key-opora_drop_0")],
  ];
  let cited = "", detailed = "", presses = 0;

  const running = () => document.querySelector("[data-testid='stApp']")
    ?.getAttribute("data-test-script-state") !== "notRunning";
  const lost = () => !document.activeElement || document.activeElement === document.body;
  const LONGEST = 300; // looks, a tenth of a second apart

  const arrive = (press, look = 0, still = 0) => {
    if (press.number !== presses) return; // something else was pressed meanwhile
    if (!lost() && keyOf(document.activeElement) !== press.key) return; // who moved on is left alone
    if (look < LONGEST && (still < 2 || running())) {
      setTimeout(arrive, 100, press, look + 1, running() ? 0 : still + 1);
      return;
    }
    if (focus(press.arrival?.()) || !lost()) return;
    press.before.some((element) => element.isConnected && element.checkVisibility() && focus(element));
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    const key = keyOf(button);
    if (!key?.startsWith("st-key-opora_")) return;
    if (key.startsWith("st-key-opora_cite_")) cited = key;
    if (key.startsWith("st-key-opora_open_")) detailed = key;
    const all = [...document.querySelectorAll(`.stApp :is(${focusable})`)];
    const before = all.slice(0, Math.max(0, all.indexOf(button))).reverse();
    const arrival = arrivals.find(([start]) => key.startsWith(start))?.[1];
    presses += 1;
    setTimeout(arrive, 100, { number: presses, key, arrival, before });
  }, true);

  // The key that closes Streamlit's own menus closes the source too.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const panel = document.activeElement?.closest(".st-key-opora_source_panel");
    const close = panel?.querySelector(".st-key-opora_close button");
    close?.focus({ preventScroll: true });
    close?.click();
  });

  let soon = false; // once per frame, not once per element
  const start = () => {
    name();
    new MutationObserver(() => {
      if (soon) return;
      soon = true;
      requestAnimationFrame(() => { soon = false; name(); });
    }).observe(document.body, { childList: true, subtree: true });
  };
  start();
})();
