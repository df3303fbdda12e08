import { describe, expect, it } from '@jest/globals';
import {
  appliedParameters,
  keptParameters,
  sameParameters,
  saysSomething,
} from './view-parameters';

describe('what a view keeps of an address', () => {
  it('is what narrows and orders, not what is open or where', () => {
    const address = { project: 'sample', status: 'failure', q: 'x', execution: '1', view: 'v' };
    expect(keptParameters(address)).toEqual({ q: 'x', status: 'failure' });
  });

  it('takes nothing that the tracker would refuse', () => {
    const address = { 'a b': 'x', list: ['a', 'b'], long: 'x'.repeat(501), ok: '1' };
    expect(keptParameters(address)).toEqual({ ok: '1' });
  });

  it('replaces all that the address said, but not the project', () => {
    const view = { id: 'v', parameters: { status: 'timeout', project: 'elsewhere' } };
    expect(appliedParameters({ project: 'p', q: 'old', execution: '1' }, view)).toEqual({
      q: null,
      execution: null,
      status: 'timeout',
      view: 'v',
    });
  });

  it('is compared whatever its order', () => {
    expect(sameParameters({ a: '1', b: '2' }, { b: '2', a: '1', view: 'v' })).toBe(true);
    expect(sameParameters({ a: '1' }, { a: '2' })).toBe(false);
  });

  it('has no default where the address says something', () => {
    expect(saysSomething({ project: 'p' })).toBe(false);
    expect(saysSomething({ execution: '1' })).toBe(true);
  });
});
