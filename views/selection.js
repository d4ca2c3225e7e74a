// The selected part of a shown text, as positions in the document; for the reader of documents and the editor of questions.
(() => {
  // Positions are those of Python: characters, where a script counts two for some.
  const position = (text, node, offset) => {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const block = element?.closest("[data-opora-start]");
    if (!block || !text.contains(block)) return null;
    const range = document.createRange();
    range.setStart(block, 0);
    range.setEnd(node, offset);
    return Number(block.dataset.oporaStart) + [...range.toString()].length;
  };

  // A selection that ends between blocks ends where the last block with selected text does.
  window.oporaSelection = (text) => {
    const selection = getSelection();
    if (!text || !selection.rangeCount || selection.isCollapsed || !selection.toString().trim()) return null;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(text)) return null;
    const blocks = [...text.querySelectorAll("[data-opora-start]")].filter((block) => range.intersectsNode(block));
    if (!blocks.length) return null;
    const first = blocks[0], last = blocks[blocks.length - 1];
    const start = position(text, range.startContainer, range.startOffset) ?? Number(first.dataset.oporaStart);
    const end = position(text, range.endContainer, range.endOffset)
      ?? Number(last.dataset.oporaStart) + [...last.textContent].length;
    return end > start ? { start, end } : null;
  };
})();
