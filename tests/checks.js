// Checks that the tests run inside a page; each returns what it found as rows of plain values.
window.oporaChecks = {
  // Needs axe-core in the page. Elements are compared here, because its selectors change with what stands around.
  axe(tags, rules, allowed, done) {
    const only = rules.length ? {type: "rule", values: rules} : {type: "tag", values: tags};
    axe.run(document, {runOnly: only, elementRef: true, resultTypes: ["violations"]}).then((result) => {
      const found = [];
      for (const rule of result.violations) for (const node of rule.nodes) {
        if (allowed.some(([id, selector]) => id === rule.id && node.element?.matches(selector))) continue;
        found.push([rule.id, rule.impact ?? "minor", node.target.flat().join(" "), node.html.slice(0, 300),
          node.failureSummary ?? rule.help]);
      }
      done({found, passed: result.passes.length});
    }, (error) => done({failed: String(error)}));
  },

  // Text and what is behind it, blended up to the page as a browser does it: colours, mixed colours, opacity.
  contrast() {
    const parse = (text) => {
      const n = (text.match(/-?[\d.]+(?:e-?\d+)?%?/g) ?? []).map((x) => x.endsWith("%") ? parseFloat(x) / 100 : +x);
      if (/^color\(srgb /.test(text)) return [n[0] * 255, n[1] * 255, n[2] * 255, n[3] ?? 1];
      if (/^rgba?\(/.test(text)) return [n[0], n[1], n[2], n[3] ?? 1];
      throw new Error(`unknown colour ${text}`);
    };
    const over = (top, below) => {
      const a = top[3] + below[3] * (1 - top[3]);
      if (!a) return [0, 0, 0, 0];
      return [0, 1, 2].map((i) => (top[i] * top[3] + below[i] * below[3] * (1 - top[3])) / a).concat(a);
    };
    const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
      const v = c[i] / 255;
      return sum + weight * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    }, 0);
    const ratioOf = (element, colour) => {
      let text = parse(colour), behind = [0, 0, 0, 0];
      for (let one = element; one; one = one.parentElement) {
        const style = getComputedStyle(one), ground = parse(style.backgroundColor);
        text = over(text, ground);
        behind = over(behind, ground);
        text[3] *= +style.opacity;
        behind[3] *= +style.opacity;
      }
      const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
      const [a, b] = [light(over(text, canvas)), light(over(behind, canvas))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05);
    };
    const found = [];
    let checked = 0;
    const check = (element, colour, words, least) => {
      const ratio = ratioOf(element, colour);
      checked += 1;
      if (ratio < least - 0.005) {
        found.push(["contrast by hand", "serious", element.className || element.tagName, words.trim().slice(0, 80),
          `${ratio.toFixed(2)} : 1, at least ${least} : 1 is needed`]);
      }
    };
    for (const element of document.body.querySelectorAll("*")) {
      if (!element.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
      const style = getComputedStyle(element), box = element.getBoundingClientRect();
      // What is cut away for the eye, and what is switched off, is not read.
      if (element.closest(".opora-sr, :disabled, [aria-disabled='true'], label:has(:disabled)") || box.width < 2) continue;
      if (style.clipPath.startsWith("inset(50%") || element.closest("[data-live-announcer]")) continue;
      if (element.placeholder && !element.value) {
        check(element, getComputedStyle(element, "::placeholder").color, element.placeholder, 4.5);
      }
      const words = [...element.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.data).join("");
      if (!words.trim() || parse(style.color)[3] === 0) continue;
      const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
      check(element, style.color, words, large || element.matches("[data-testid='stIconMaterial']") ? 3 : 4.5);
    }
    return [found, checked];
  },

  structure() {
    const found = [], seen = (css) => [...document.querySelectorAll(css)].filter((e) => e.checkVisibility());
    const wrong = (rule, message) => found.push(["structure", "serious", rule, "", message]);
    const headings = seen("h1, h2, h3, h4, h5, h6").filter((h) => !h.closest("[role='dialog'], [data-testid='stSidebar']"));
    const firsts = headings.filter((h) => h.tagName === "H1");
    if (firsts.length !== 1) wrong("h1", `there are ${firsts.length} headings of the first level`);
    let above = 0;
    for (const heading of headings) {
      const level = +heading.tagName[1];
      if (level > above + 1) wrong("headings", `h${above} is followed by h${level} "${heading.innerText.slice(0, 60)}"`);
      above = level;
    }
    if (document.documentElement.lang !== "cs") wrong("language", `the page says lang="${document.documentElement.lang}"`);
    if (!/\S – Opora$/.test(document.title)) wrong("title", `the title is "${document.title}"`);
    if (seen("main, [role='main']").length !== 1) wrong("main", "there is not one main landmark");
    for (const nav of seen("nav")) if (!nav.getAttribute("aria-label")) wrong("nav", "a navigation has no label");
    const landmarks = seen("nav, [role='search'], section[aria-label], [role='region']");
    const labels = landmarks.map((landmark) => landmark.getAttribute("aria-label"));
    for (const label of new Set(labels)) {
      if (label && labels.filter((other) => other === label).length > 1) wrong("landmarks", `two are called "${label}"`);
    }
    return found;
  },

  // Text beyond the left or right edge where nothing scrolls sideways to it.
  cutOff() {
    const found = [], width = document.documentElement.clientWidth;
    const scrolls = (element) => {
      for (let one = element; one && !one.matches(".stMain"); one = one.parentElement) {
        if (one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX)) return true;
      }
      return false;
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode, element = node.parentElement;
      if (!node.data.trim() || !element.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
      if (element.closest(".opora-sr, script, style, [data-testid='stIconMaterial'], [data-live-announcer]")) continue;
      // Options of a list have one line in Streamlit; a long one ends in dots, which the accessibility statement says.
      if (element.closest("[role='option']")) continue;
      const style = getComputedStyle(element);
      if (style.clipPath.startsWith("inset(50%") || element.getBoundingClientRect().width < 2) continue;
      // A closed drawer stands wholly outside.
      const drawer = element.closest("[data-testid='stSidebar']");
      if (drawer && drawer.getBoundingClientRect().right < 2) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if ((box.left < -1 || box.right > width + 1) && !scrolls(element)) {
          found.push(["cut off", "serious", element.className || element.tagName, node.data.trim().slice(0, 80),
            `it reaches from ${Math.round(box.left)} to ${Math.round(box.right)} of ${width} pixels`]);
          break;
        }
      }
    }
    return found;
  },

  // Everything that is seen or heard: text, attributes, what styles write before and after.
  said(others) {
    const found = [];
    const names = [
      "aria-label", "title", "placeholder", "alt", "aria-description", "aria-roledescription", "aria-valuetext",
    ];
    const add = (how, element, text) => {
      text = text.replace(/\s+/g, " ").trim();
      if (text && /[a-z]/i.test(text) && !element.closest(others)) {
        const near = element.closest("[class*='st-key-'], [data-testid]");
        const key = near && ([...near.classList].find((c) => c.startsWith("st-key-")) ?? near.dataset.testid);
        found.push([how, `${element.tagName.toLowerCase()} in ${key ?? "body"}`, text]);
      }
    };
    add("title of the page", document.body, document.title);
    for (const element of document.body.querySelectorAll("*")) {
      if (["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE"].includes(element.tagName)) continue;
      const seen = element.checkVisibility({visibilityProperty: true});
      if (!seen && !element.closest("[aria-live]")) continue;
      // An icon is written as the name of its sign, which neither the eye nor the ear meets.
      const icon = element.closest("[data-testid='stIconMaterial'], [translate='no'][aria-hidden='true']");
      for (const name of names) if (element.getAttribute(name)) add(name, element, element.getAttribute(name));
      for (const around of ["::before", "::after"]) {
        const content = getComputedStyle(element, around).content;
        if (/^".*[a-z]/i.test(content) && !icon) add(around, element, content.slice(1, -1));
      }
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE && !icon) add("text", element, node.data);
    }
    return found;
  },
};
