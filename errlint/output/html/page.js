// Filters, opens and finds. All that it shows is in the page already; nothing is made of text, so nothing can run.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted");

  const memory = {
    get(name) { try { return localStorage.getItem(`errlint.${name}`); } catch { return null; } },
    set(name, value) { try { localStorage.setItem(`errlint.${name}`, value); } catch { /* private, or a file: forgotten */ } },
  };
  const dress = (theme) => { if (theme) root.dataset.theme = theme; else delete root.dataset.theme; };
  dress(memory.get("theme"));

  document.addEventListener("DOMContentLoaded", () => {
    const one = (selector, within = document) => within.querySelector(selector);
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];
    const form = one("#filters");
    const { q, rule, folder, fix } = form.elements;
    const fields = [rule, folder, fix, q].filter(Boolean); // a page without findings has nothing to choose
    const files = all(".file").map((element) => ({
      element, path: element.dataset.path, label: one("small", element), shown: 0, said: "",
      all: element.childElementCount - 1,
    }));
    const items = files.flatMap((file) => all(".finding", file.element).map((element) => ({
      element, file, summary: element.firstElementChild, rule: element.dataset.rule, fix: element.dataset.fix,
      severity: one("b", element).className, text: null, hidden: false,
    })));

    // The theme.
    const theme = one("#theme");
    theme.value = memory.get("theme") ?? "";
    theme.addEventListener("change", () => { memory.set("theme", theme.value); dress(theme.value); });

    // The filter. Its state is the form; the address has it too, so that it can be sent to somebody.
    const textOf = (item) => (item.text ??= `${item.file.path} ${item.element.textContent}`.toLowerCase());
    const isIn = (path, wanted) => (wanted === "." ? !path.includes("/") : path.startsWith(`${wanted}/`));
    const boxes = all("input[name=severity]", form);
    function filter() {
      const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
      const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      for (const file of files) {
        file.shown = 0;
        file.fits = !folder.value || isIn(file.path, folder.value);
      }
      let shown = 0;
      for (const item of items) {
        const fits = item.file.fits && severities.has(item.severity) && (!rule.value || item.rule === rule.value)
          && (!fix.value || item.fix === fix.value) && words.every((word) => textOf(item).includes(word));
        if (fits) { shown += 1; item.file.shown += 1; }
        if (item.hidden === fits) { item.hidden = !fits; item.element.hidden = !fits; }
      }
      for (const file of files) {
        if (file.element.hidden === file.shown > 0) file.element.hidden = !file.shown;
        const said = file.shown && file.shown < file.all ? `${file.shown} of ${file.all}` : `${file.all}`;
        if (file.said !== said) file.label.textContent = file.said = said;
      }
      one("#none").hidden = shown > 0;
      one("#count").value = shown === items.length ? `${shown} findings` : `${shown} of ${items.length}`;
      one("#open-all").textContent = "Open all";
    }
    function address() {
      const state = new URLSearchParams();
      for (const field of fields) if (field.value) state.set(field.name, field.value);
      const checked = boxes.filter((box) => box.checked);
      if (checked.length < boxes.length) state.set("severity", checked.map((box) => box.value).join(","));
      history.replaceState(null, "", `${location.pathname}${location.search}${state.size ? `#${state}` : ""}`);
    }
    let frame = 0;
    let pause = 0;
    function soon() {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(filter);
      clearTimeout(pause);
      pause = setTimeout(address, 400);
    }
    form.addEventListener("input", soon);
    form.addEventListener("reset", soon);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      step(1, true);
    });
    one("#more").addEventListener("click", (event) => {
      const open = one("#choices").classList.toggle("open");
      event.currentTarget.setAttribute("aria-expanded", String(open));
    });
    one("#open-all").addEventListener("click", (event) => {
      const open = event.currentTarget.textContent === "Open all";
      for (const item of items) if (!item.hidden) item.element.open = open;
      event.currentTarget.textContent = open ? "Close all" : "Open all";
    });
    const index = (deadline) => {
      for (const item of items) {
        if (item.text !== null) continue;
        if (deadline.timeRemaining() < 1) { requestIdleCallback(index); return; }
        textOf(item);
      }
    };
    if (window.requestIdleCallback) requestIdleCallback(index);

    // Numbers that lead to what they count.
    for (const element of all("[data-filter]")) {
      const [name, value] = element.dataset.filter.split(/=(.*)/s);
      const link = document.createElement("a");
      link.href = `#${new URLSearchParams([[name, value]])}`;
      link.title = `Show only ${name} ${value}`;
      link.append(...element.childNodes);
      element.append(link);
    }

    // Where an address leads: to a filter, to a finding, or (as any page does) to the text of a rule.
    function follow() {
      const hash = location.hash.slice(1);
      if (hash.includes("=")) {
        const wanted = new URLSearchParams(hash);
        for (const field of fields) field.value = wanted.get(field.name) ?? "";
        const severities = wanted.get("severity")?.split(",");
        for (const box of boxes) box.checked = !severities || severities.includes(box.value);
        filter();
        one("#findings").scrollIntoView();
        one("#findings").focus({ preventScroll: true });
        return;
      }
      const item = items.find((each) => each.element.id === hash);
      if (!item) return;
      if (item.hidden) { form.reset(); filter(); }
      item.element.open = true;
      item.summary.scrollIntoView();
      item.summary.focus({ preventScroll: true });
    }
    addEventListener("hashchange", follow);

    // The text of a rule, without leaving the finding.
    const dialog = one("#dialog");
    function showRule(code) {
      const article = document.getElementById(code);
      if (!article) return false;
      const copy = article.cloneNode(true);
      copy.removeAttribute("id");
      one(".content", dialog).replaceChildren(copy);
      dialog.setAttribute("aria-label", one("h3", copy).textContent);
      history.replaceState(null, "", `#${code}`);
      dialog.showModal();
      dialog.scrollTop = 0;
      colour(copy);
      return true;
    }
    dialog.addEventListener("close", address);
    for (const each of [dialog, one("#help")]) {
      each.addEventListener("click", (event) => { if (event.target === each) each.close(); });
    }
    document.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      const link = event.target.closest?.("a[href^='#ERR']");
      if (link && showRule(link.hash.slice(1))) event.preventDefault();
    });

    // Keys.
    const single = one("#single");
    single.checked = memory.get("keys") !== "off";
    single.addEventListener("change", () => memory.set("keys", single.checked ? "on" : "off"));
    one("#keys").addEventListener("click", () => one("#help").showModal());
    let current = -1;
    function step(by, afresh = false) {
      const focused = document.activeElement?.closest?.(".finding");
      if (focused) current = items.findIndex((item) => item.element === focused);
      let next = afresh ? 0 : current + by;
      while (items[next]?.hidden) next += by;
      if (!items[next]) return;
      current = next;
      items[next].summary.focus({ preventScroll: true });
      items[next].summary.scrollIntoView({ block: "nearest" });
    }
    const actions = {
      "/": () => { q.focus(); q.select(); },
      "j": () => step(1),
      "k": () => step(-1),
      "r": () => document.activeElement?.closest?.(".finding") && showRule(items[current]?.rule),
      "?": () => one("#help").showModal(),
    };
    document.addEventListener("focusin", (event) => {
      const focused = event.target.closest?.(".finding");
      if (focused) current = items.findIndex((item) => item.element === focused);
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
      if (event.target === q && event.key === "Escape") {
        if (q.value) { q.value = ""; soon(); } else q.blur();
        event.preventDefault();
        return;
      }
      if (!single.checked || event.target.matches?.("input, select, textarea")) return;
      if (Object.hasOwn(actions, event.key)) {
        event.preventDefault();
        actions[event.key]();
      }
    });

    // Folders open level by level.
    const rows = all("#by-folder tbody tr").map((element) => ({ element, depth: Number(element.dataset.depth), inside: [] }));
    const path = [];
    for (const row of rows) {
      path.length = row.depth;
      path.at(-1)?.inside.push(row);
      path.push(row);
    }
    function unfold(row, open) {
      row.twist?.setAttribute("aria-expanded", String(open));
      for (const each of row.inside) {
        each.element.hidden = !open;
        if (!open) unfold(each, false);
      }
    }
    const outermost = rows.filter((row) => row.depth === 0);
    for (const row of rows.filter((each) => each.inside.length)) {
      const name = one("span", row.element);
      row.twist = document.createElement("button");
      row.twist.type = "button";
      row.twist.className = "twist";
      row.twist.setAttribute("aria-label", `Folders in ${name.textContent}`);
      row.twist.addEventListener("click", () => unfold(row, row.twist.getAttribute("aria-expanded") !== "true"));
      name.prepend(row.twist);
    }
    outermost.forEach((row) => unfold(row, false));
    if (outermost.length < 4) outermost.forEach((row) => unfold(row, true));

    // Colours for source, when it is first seen. They are ranges: the page gets no element more.
    const TOKENS = /(?<string>(?:\b[rbfutRBFUT]{1,2})?(?:"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))|(?<comment>#.*)|(?<keyword>\b(?:and|as|assert|async|await|break|case|class|continue|def|del|elif|else|except|False|finally|for|from|global|if|import|in|is|lambda|match|None|nonlocal|not|or|pass|raise|return|True|try|while|with|yield)\b)/g;
    const kinds = {};
    if (window.Highlight && CSS.highlights) {
      for (const kind of ["string", "comment", "keyword"]) CSS.highlights.set(kind, kinds[kind] = new Highlight());
    }
    function colour(within) {
      if (!kinds.string) return;
      for (const pre of all("pre.code", within)) {
        if (pre.dataset.coloured) continue;
        pre.dataset.coloured = "yes";
        const walker = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
        const nodes = [];
        let code = "";
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          if (node.parentNode.nodeName === "SMALL") continue;
          nodes.push({ node, start: code.length });
          code += node.data;
        }
        const place = (at) => {
          const found = nodes.findLast((each) => each.start <= at);
          return [found.node, Math.min(at - found.start, found.node.length)];
        };
        for (const match of code.matchAll(TOKENS)) {
          const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
          const range = new StaticRange({ ...ends(match.index, match.index + match[0].length) });
          kinds[kind].add(range);
        }
        function ends(from, to) {
          const [startContainer, startOffset] = place(from);
          const [endContainer, endOffset] = place(to - 1);
          return { startContainer, startOffset, endContainer, endOffset: endOffset + 1 };
        }
      }
    }
    document.addEventListener("toggle", (event) => {
      if (event.target.open) colour(event.target);
    }, true);

    filter();
    if (location.hash) follow();
  });
})();
