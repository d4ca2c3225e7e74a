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
    ["Expand sidebar", "Otevřít nabídku"],
    ["Collapse sidebar", "Zavřít nabídku"],
    ["Close", "Zavřít"],
    ["View less", "Zobrazit méně"],
    ["Upload", "Nahrát"],
    ["Browse files", "Vybrat soubor"],
    ["file upload", "nahrání souboru"],
    ["30MB per file • XLSX", "Nejvýše 30 MB, soubor XLSX"],
    ["Open", "Otevřít"],
    ["Clear all", "Vymazat vše"],
    ["No results", "Nic nenalezeno"],
    ["Page not found", "Stránka nenalezena"],
    ["CONNECTING", "PŘIPOJUJI"],
    ["Connecting", "Připojuji"],
    ["Connection error", "Spojení se serverem se přerušilo"],
    ["Connection closed", "Spojení je ukončeno"],
    ["Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:",
      "Server neodpovídá. Spusťte jej znovu příkazem:"],
    ["streamlit run yourscript.py", "make run"],
    ["The page that you have requested does not seem to exist. Running the app's main page.",
      "Požadovaná stránka neexistuje. Zobrazuji úvodní stránku."],
  ]);

  const attributes = ["aria-label", "title", "placeholder", "alt"];
  // Texts of documents and users are never touched, even if they happen to be one of the words above.
  const ours = ".stHtml, [data-testid='stHtml'], textarea";

  const translate = (root) => {
    const elements = root.querySelectorAll ? [root, ...root.querySelectorAll("*")] : [];
    for (const element of elements) {
      if (element.closest(".stHtml")) continue;
      for (const name of attributes) {
        const found = czech.get(element.getAttribute(name));
        if (found) element.setAttribute(name, found);
      }
      if (element.matches(ours)) continue;
      for (const node of element.childNodes) {
        const found = node.nodeType === Node.TEXT_NODE && czech.get(node.data.trim());
        if (found) node.data = found;
      }
    }
  };

  // "[2]" alone says little to a screen reader.
  const nameCitations = (root) => {
    for (const button of root.querySelectorAll?.("[class*='st-key-opora_cite_'] button") ?? []) {
      button.setAttribute("aria-label", `Otevřít zdroj ${button.textContent.trim()}`);
    }
  };

  // The quote comes into view inside the panel without moving the page.
  const showQuote = (root) => {
    const mark = root.querySelector && root.querySelector(".opora-excerpt mark");
    if (!mark) return;
    const box = mark.closest(".opora-excerpt");
    box.scrollTop = mark.offsetTop - box.offsetTop - (box.clientHeight - mark.offsetHeight) / 3;
  };

  // A new answer is read from its question on; whoever scrolls or types meanwhile is left alone.
  let fresh = null;
  const scriptRuns = () => document.querySelector("[data-testid='stApp']")
    ?.getAttribute("data-test-script-state") !== "notRunning";
  const followQuestion = (root) => {
    const question = root.querySelector && root.querySelector("h2.opora-question");
    if (!question || fresh === question) return;
    const all = document.querySelectorAll("h2.opora-question");
    if (question !== all[all.length - 1]) return;
    fresh = question;
    let left = 3; // the page still grows a little after the script has ended
    const leave = () => { left = -1; };
    for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      addEventListener(moved, leave, { once: true, passive: true });
    }
    const settle = () => {
      if (left < 0 || !question.isConnected) return;
      question.scrollIntoView({ block: "start" });
      if (!scriptRuns()) left -= 1;
      setTimeout(settle, 100);
    };
    settle();
  };

  const start = () => {
    translate(document.body);
    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "attributes") {
          translate(change.target);
          continue;
        }
        for (const node of change.addedNodes) {
          if (node.nodeType === Node.ELEMENT_NODE) {
            translate(node);
            nameCitations(node);
            showQuote(node);
            followQuestion(node);
          } else if (node.nodeType === Node.TEXT_NODE && node.parentElement) {
            translate(node.parentElement);
          }
        }
      }
    }).observe(document.body, {
      childList: true, subtree: true, attributes: true, attributeFilter: attributes,
    });
  };
  start();
})();
