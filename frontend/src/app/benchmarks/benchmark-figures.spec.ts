import { describe, expect, it } from '@jest/globals';
import { figureInput } from './benchmark-figures';

describe(figureInput.name, () => {
  it('sends numbers, leaves out what is empty, and lets the server refuse the rest', () => {
    const texts = {
      expectedMs: ' 1200 ',
      maxCpuPercent: '',
      maxMemoryMb: 'x',
      minSuccessRate: '0',
    };
    expect(figureInput(texts)).toEqual({ expectedMs: 1200, maxMemoryMb: 'x', minSuccessRate: 0 });
  });
});
