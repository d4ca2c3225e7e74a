// Streamlit's own labels cannot be set from Python; this puts them into Czech and shows the opened quote.
(() => {
  const czech = new Map([
    ["Send message", "Odeslat dotaz"],
    ["Stop", "Zastavit"],
    ["Stop script", "Zastavit"],
    ["Running...", "Pracuji…"],
    ["Skip to main content", "Přejít na obsah"],
    ["Notifications", "Oznámení"],
    ["App pages", "Stránky"],
    ["Main menu", "Hlavní nabídka"],
    ["Sidebar", "Konverzace"],
    ["Expand sidebar", "Otevřít nabídku"],
    ["Collapse sidebar", "Zavřít nabídku"],
    ["Close", "Zavřít"],
    ["View less", "Zobrazit méně"],
    ["Upload", "Nahrát"],
    ["Browse files", "Vybrat soubor"],
    ["file upload", "nahrání souboru"],
    ["Add files", "Přidat soubory"],
    ["Drag and drop files here", "Pusťte soubory sem"],
    ["Error:", "Chyba: "],
    ["Open", "Otevřít"],
    ["Fullscreen", "Na celou obrazovku"],
    ["Close fullscreen", "Zavřít celou obrazovku"],
    ["Clear all", "Vymazat vše"],
    ["Clear value", "Vymazat výběr"],
    ["No results", "Nic nenalezeno"],
    ["Choose an option", "Vyberte možnost"],
    ["Choose options", "Vyberte možnosti"],
    ["Select all", "Vybrat vše"],
    ["No options to select", "Není z čeho vybírat"],
    ["No options to select.", "Není z čeho vybírat."],
    ["Drag and drop a file here", "Pusťte soubor sem"],
    ["Only one file is allowed.", "Vložit lze jen jeden soubor."],
    ["Help", "Vysvětlivka"],
    ["Loading", "Načítám"],
    ["Please wait...", "Čekejte prosím…"],
    ["Rerun", "Načíst znovu"],
    ["Cancel", "Zrušit"],
    ["Copy to clipboard", "Zkopírovat"],
    ["Scrollable table", "Posuvná tabulka"],
    ["Image", "Obrázek"],
    ["Show password", "Zobrazit heslo"],
    ["Hide password", "Skrýt heslo"],
    ["Increment", "Zvýšit"],
    ["Decrement", "Snížit"],
    ["Show/hide columns", "Zobrazit nebo skrýt sloupce"],
    ["Download as CSV", "Stáhnout jako CSV"],
    ["Search", "Hledat"],
    ["Page not found", "Stránka nenalezena"],
    ["CONNECTING", "PŘIPOJUJI"],
    ["Connecting", "Připojuji"],
    ["Connection error", "Spojení se serverem se přerušilo"],
    ["Connection closed", "Spojení je ukončeno"],
    ["Connection timed out.", "Server neodpověděl včas."],
    ["Network error", "Server není dostupný"],
    ["Streamlit server is not responding. Are you connected to the internet?",
      "Server neodpovídá. Zkontrolujte připojení k síti; stránka se obnoví sama."],
    ["Connection lost. Please wait for the app to reconnect, then try again.",
      "Spojení se přerušilo. Počkejte, až se obnoví, a zkuste to znovu."],
    ["Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:",
      "Server neodpovídá. Spusťte jej znovu příkazem:"],
    ["streamlit run yourscript.py", "make run"],
    ["The page that you have requested does not seem to exist. Running the app's main page.",
      "Požadovaná stránka neexistuje. Zobrazuji úvodní stránku."],
  ]);

  // Labels that hold a number, a size or a name.
  const bytes = (size) => size.replace(/\.0(?=\D)/, "").replace(".", ",").replace(/(\d)([KMGT]?)B/, "$1\u00a0$2B");
  const patterns = [
    [/^Help for (.+)$/s, (_, name) => `Vysvětlivka: ${name}`],
    [/^Remove (.+)$/s, (_, name) => `Odebrat ${name}`],
    [/^Press Enter to (?:apply|submit form)$/, () => "Potvrďte klávesou Enter"],
    [/^Press (⌘|Ctrl)\+Enter to (?:apply|submit form)$/, (_, key) => `Potvrďte klávesami ${key}+Enter`],
    [/^([\d.]+[KMGT]?B) per file(?: • (.+))?$/, (_, size, kinds) =>
      `Nejvýše ${bytes(size)} na soubor${kinds ? `, jen ${kinds}` : ""}`],
    [/^(Error: )?File must be ([\d.]+[KMGT]?B) or smaller\.$/, (_, error, size) =>
      `${error ? "Chyba: " : ""}soubor je větší než ${bytes(size)}.`],
    [/^(Error: )?(\S*) files are not allowed\.$/, (_, error, kind) =>
      `${error ? "Chyba: " : ""}soubory typu ${kind || "bez označení"} sem nepatří.`],
    [/^(Error: )?Number is outside the allowed range\. Please enter a value between (\S+) and (\S+)\.$/,
      (_, error, least, most) => `${error ? "Chyba: číslo" : "Číslo"} musí být od ${least} do ${most}.`],
    [/^(Error: )?Number is (above|below) the allowed range\..* to (\S+)\.$/,
      (_, error, side, limit) =>
        `${error ? "Chyba: číslo" : "Číslo"} musí být ${side === "above" ? "nejvýše" : "nejméně"} ${limit}.`],
    [/^Connection failed with status (\d+).*$/s, (_, status) => `Server odpověděl chybou ${status}.`],
    [/^Cannot connect to Streamlit.*$/s, () => "Server připojení odmítl. Obraťte se na správce."],
  ];
  const ofFile = [/^(.+, )?(\d+(?:\.\d+)?[KMGT]?B)$/s, (_, name, size) => `${name ?? ""}${bytes(size)}`];
  const ofAnnouncement = [
    [/^(\d+) options? available\.$/, (_, count) =>
      `V nabídce: ${count} ${count === "1" ? "možnost" : +count > 1 && +count < 5 ? "možnosti" : "možností"}.`],
    [/^(.+), selected$/s, (_, option) => `${option}, vybráno`],
  ];
  const translated = (text, element) => {
    const words = text?.trim();
    if (!words) return undefined;
    if (czech.has(words)) return czech.get(words);
    const more = element.closest("[data-testid='stFileUploader']") ? [ofFile]
      : element.closest("[data-live-announcer]") ? ofAnnouncement : [];
    const pattern = [...more, ...patterns].find(([form]) => form.test(words));
    return pattern && words.replace(...pattern);
  };

  const attributes = ["aria-label", "title", "placeholder", "alt"];
  // Texts of documents and users are never touched, even if they happen to be one of the words above.
  const ours = ".stHtml, [data-testid='stHtml'], textarea";

  const translate = (root) => {
    const elements = root.querySelectorAll ? [root, ...root.querySelectorAll("*")] : [];
    for (const element of elements) {
      if (element.closest(".stHtml")) continue;
      for (const name of attributes) {
        const found = translated(element.getAttribute(name), element);
        if (found && found !== element.getAttribute(name)) element.setAttribute(name, found);
      }
      if (element.matches(ours)) continue;
      for (const node of element.childNodes) {
        const found = node.nodeType === Node.TEXT_NODE && translated(node.data, element);
        if (found && found !== node.data) node.data = found;
      }
    }
  };

  // What a button alone says too little about: "[2]", or whose conversation it opens.
  const name = () => {
    for (const button of document.querySelectorAll("[class*='st-key-opora_cite_'] button")) {
      button.setAttribute("aria-label", `Otevřít zdroj ${button.textContent.trim()}`);
    }
    for (const title of document.querySelectorAll(".opora-list-title")) {
      const item = title.closest("[class*='st-key-opora_list_item_']");
      const open = item?.querySelector("[class*='st-key-opora_open_'] button");
      open?.setAttribute("aria-label", `Otevřít konverzaci ${title.textContent}`);
      open?.setAttribute("aria-current", String(title.classList.contains("opora-list-opened")));
      item?.querySelector("[class*='st-key-opora_list_menu_'] button")
        ?.setAttribute("aria-label", `Možnosti konverzace ${title.textContent}`);
    }
    for (const tools of document.querySelectorAll("[class*='st-key-opora_tools_']")) {
      const question = tools.closest("[class*='st-key-opora_exchange_']")?.querySelector("h2.opora-question");
      tools.setAttribute("role", "group");
      tools.setAttribute("aria-label", `Nástroje. ${question?.textContent ?? ""}`);
    }
  };
  let naming = false; // once per frame, not once per element
  const nameSoon = () => {
    if (naming) return;
    naming = true;
    requestAnimationFrame(() => { naming = false; name(); });
  };

  // One region that screen readers listen to; it is there before anything is said in it.
  const live = document.createElement("div");
  live.className = "opora-sr";
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "polite");
  live.id = "opora-live";
  const say = (text) => {
    live.textContent = "";
    setTimeout(() => { live.textContent = text; }, 60); // the same words twice are two announcements
  };
  const said = new Set();
  const announce = (root) => {
    for (const found of root.querySelectorAll?.("[data-opora-say]") ?? []) {
      if (said.has(found.dataset.oporaSay)) continue;
      said.add(found.dataset.oporaSay);
      say(found.textContent);
      // The pressed button of a question is gone by now; with a keyboard one goes on in the box.
      if (document.activeElement === document.body && matchMedia("(hover: hover)").matches) {
        document.querySelector(".st-key-opora_question textarea")?.focus({ preventScroll: true });
      }
    }
  };

  // A field that was asked for takes the focus; a name or a text to be copied is selected, a question is gone on with.
  const focusField = (root) => {
    const field = root.querySelector?.(
      "[class*='st-key-opora_edit_text_'] textarea, [class*='st-key-opora_rename_text_'] input, textarea.opora-by-hand");
    if (!field) return;
    const whole = !field.matches("[class*='st-key-opora_edit_text_'] textarea");
    setTimeout(() => {
      field.focus();
      if (whole) field.select();
    }, 50); // its value is filled in after it is drawn
  };

  // Copying needs the press itself; where the browser refuses, the press goes on to the server, which shows the text.
  const copyByCommand = (text) => {
    const before = document.activeElement;
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "opora-sr";
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    before?.focus({ preventScroll: true });
    return copied;
  };
  const copied = (holder) => {
    say("Zkopírováno do schránky.");
    holder.classList.add("opora-done");
    setTimeout(() => holder.classList.remove("opora-done"), 2500);
  };
  const passed = new WeakSet();
  const copy = (event) => {
    const button = event.target.closest?.("[class*='st-key-opora_copy_'] button, [class*='st-key-opora_link_'] button");
    if (!button || passed.delete(button)) return;
    const holder = button.closest("[class*='st-key-opora_copy_'], [class*='st-key-opora_link_']");
    const key = [...holder.classList].find((c) => c.startsWith("st-key-")).slice("st-key-".length);
    const source = document.querySelector(`[data-opora-copy="${key}"]`);
    if (!source) return;
    event.preventDefault();
    event.stopPropagation();
    const text = source.textContent;
    const byCommand = () => {
      if (copyByCommand(text)) return copied(holder);
      passed.add(button);
      button.click();
    };
    if (navigator.clipboard?.writeText) navigator.clipboard.writeText(text).then(() => copied(holder), byCommand);
    else byCommand();
  };

  // The quote comes into view inside the panel without moving the page.
  const showQuote = (root) => {
    const mark = root.querySelector && root.querySelector(".opora-excerpt mark");
    if (!mark) return;
    const box = mark.closest(".opora-excerpt");
    box.scrollTop = mark.offsetTop - box.offsetTop - (box.clientHeight - mark.offsetHeight) / 3;
  };

  // A new answer is read from its question on; whoever scrolls or types meanwhile is left alone.
  const scriptRuns = () => document.querySelector("[data-testid='stApp']")
    ?.getAttribute("data-test-script-state") !== "notRunning";
  const BELOW_HEADER = 72; // pixels
  const bringIntoView = (find) => {
    let left = 3; // the page still grows a little after the script has ended
    const leave = () => { left = -1; };
    for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      addEventListener(moved, leave, { once: true, passive: true });
    }
    const settle = () => {
      const question = find();
      if (left < 0 || !question?.isConnected) return;
      // By hand, because scrollIntoView would also move what lies around the page's scrolling part.
      const main = question.closest(".stMain");
      main.scrollTop += question.getBoundingClientRect().top - main.getBoundingClientRect().top - BELOW_HEADER;
      if (!scriptRuns()) left -= 1;
      setTimeout(settle, 100);
    };
    settle();
  };
  const exchangeOf = (question) =>
    Number(question.closest("[class*='st-key-opora_exchange_']")?.className.match(/opora_exchange_(\d+)/)?.[1] ?? -1);
  let newest = -1; // numbers of exchanges only grow
  const followQuestion = (root) => {
    for (const question of root.querySelectorAll?.("h2.opora-question") ?? []) {
      if (exchangeOf(question) <= newest) continue;
      newest = exchangeOf(question);
      bringIntoView(() => question);
    }
  };

  // Another conversation is read from its last question on. On a phone the list covers the page, so it closes.
  const turnPage = (event) => {
    if (!event.target.closest?.("[class*='st-key-opora_open_'], .st-key-opora_list_new")) return;
    setTimeout(() => {
      bringIntoView(() => [...document.querySelectorAll("h2.opora-question")].pop() ?? document.querySelector("h1"));
      if (innerWidth < 768) document.querySelector("[data-testid='stSidebarCollapseButton'] button")?.click();
    }, 0);
  };

  const start = () => {
    document.body.append(live);
    document.addEventListener("click", copy, true);
    document.addEventListener("click", turnPage, true);
    translate(document.body);
    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "attributes") {
          translate(change.target);
          continue;
        }
        if (change.type === "characterData") {
          if (change.target.parentElement) translate(change.target.parentElement);
          continue;
        }
        for (const node of change.addedNodes) {
          if (node.nodeType === Node.ELEMENT_NODE) {
            translate(node);
            nameSoon();
            announce(node);
            focusField(node);
            showQuote(node);
            followQuestion(node);
          } else if (node.nodeType === Node.TEXT_NODE && node.parentElement) {
            translate(node.parentElement);
          }
        }
      }
    }).observe(document.body, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: attributes,
    });
  };
  start();
})();
