import { describe, expect, it } from '@jest/globals';
import { collectSections } from './collect';

const words = {
  keys: 'by keys',
  figures: 'Figures',
  firstRows: (shown: number) => `first ${shown}`,
};

function page(html: string): HTMLElement {
  const main = document.createElement('main');
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  main.append(...parsed.body.childNodes);
  return main;
}

describe(collectSections.name, () => {
  it('takes figures, tables and lists as they are read', () => {
    const main = page(`
      <apt-kpi><h2>Tasks</h2><p class="figure"><span>12</span> <small>/ h</small></p>
        <div class="foot"><span class="good">+3<span class="sr-only"> spoken</span></span></div></apt-kpi>
      <section class="panel"><h2>Levels</h2><span class="caption">in all</span>
        <table aria-rowcount="9"><thead><tr><th>Level</th></tr></thead>
        <tbody><tr aria-hidden="true"><td>room</td></tr><tr><td>1  &lt;b&gt;</td></tr></tbody></table></section>
      <section class="panel"><h2>Nothing in it</h2></section>
      <dialog><section class="panel"><table><tbody><tr><td>x</td></tr></tbody></table></section></dialog>`);
    const sections = collectSections(main, words);
    expect(sections.map(({ heading }) => heading)).toEqual(['Figures', 'Levels']);
    expect(sections[0]?.figures).toEqual([{ label: 'Tasks', value: '12 / h', note: '+3' }]);
    expect(sections[1]).toMatchObject({
      caption: 'in all',
      tables: [{ head: ['Level'], rows: [['1 <b>']], note: 'first 1' }],
    });
  });
});
