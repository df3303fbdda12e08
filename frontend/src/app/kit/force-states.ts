const STATES = ['hover', 'focus-visible', 'active'] as const;
const STATE = new RegExp(`:(${STATES.join('|')})`, 'g');

/**
 * Lets elements with `data-force="hover"` (or `focus-visible`, `active`) look as if they were in
 * that state: beside every rule for a state a twin is put that asks for the attribute.
 */
export function forceStates(document: Document): void {
  for (const sheet of document.styleSheets) double(sheet);
}

function double(list: CSSStyleSheet | CSSGroupingRule): void {
  for (let at = list.cssRules.length - 1; at >= 0; at -= 1) {
    const rule = list.cssRules[at];
    if (rule instanceof CSSMediaRule) double(rule);
    if (!(rule instanceof CSSStyleRule) || !/:(?:hover|focus-visible|active)/.test(rule.cssText))
      continue;
    // Right behind it, so that what came after it still comes after its twin.
    list.insertRule(rule.cssText.replaceAll(STATE, '[data-force~="$1"]'), at + 1);
  }
}
