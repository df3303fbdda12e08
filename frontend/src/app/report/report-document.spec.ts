import { describe, expect, it } from '@jest/globals';
import { reportDocument } from './report-document';
import type { Report, ReportSection } from './report-document';

const EVIL = `</style><script>alert(1)</script><img src=x onerror="alert(2)">'`;

const part = (over: Partial<ReportSection> = {}): ReportSection => ({
  heading: 'Execution time',
  caption: '',
  figures: [],
  pictures: [],
  legend: [],
  tables: [],
  items: [],
  ...over,
});
const report = (over: Partial<Report> = {}): Report => ({
  title: 'Fleet',
  language: 'en',
  product: 'Agent Performance',
  facts: [],
  sections: [part()],
  hint: '',
  ...over,
});

describe(reportDocument.name, () => {
  it('runs nothing and fetches nothing, whatever names hold', () => {
    const html = reportDocument(
      report({
        title: EVIL,
        language: EVIL,
        product: EVIL,
        hint: EVIL,
        facts: [{ label: EVIL, value: EVIL }],
        sections: [
          part({
            heading: EVIL,
            caption: EVIL,
            figures: [{ label: EVIL, value: EVIL, note: EVIL }],
            pictures: [{ src: 'data:image/png;base64,AAAA', text: EVIL }],
            legend: [{ label: EVIL, colour: 'red;background:url(https://x.example)' }],
            tables: [{ head: [EVIL], rows: [[EVIL]], note: EVIL }],
            items: [EVIL],
          }),
        ],
      }),
    );
    const page = new DOMParser().parseFromString(html, 'text/html');
    expect(page.querySelectorAll('script, iframe, link, object')).toHaveLength(0);
    expect(page.querySelectorAll('style')).toHaveLength(1);
    expect([...page.images].map((image) => image.src)).toEqual(['data:image/png;base64,AAAA']);
    const attributes = [...page.querySelectorAll('*')].flatMap((one) => [...one.attributes]);
    expect(attributes.filter(({ name }) => name.startsWith('on'))).toEqual([]);
    expect(html).not.toContain('x.example');
    // All of it is there, as text.
    expect(page.querySelector('h1')?.textContent).toBe(EVIL);
    expect(page.querySelector('td')?.textContent).toBe(EVIL);
    expect(page.querySelector('meta[http-equiv]')?.getAttribute('content')).toContain(
      "default-src 'none'",
    );
  });

  it.each(['https://x.example/a.png', 'data:text/html;base64,AAAA', 'data:image/png;base64,A"x'])(
    'refuses the picture %s',
    (src) => {
      const sections = [part({ pictures: [{ src, text: '' }] })];
      expect(() => reportDocument(report({ sections }))).toThrow(RangeError);
    },
  );
});
