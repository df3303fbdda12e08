import { describe, expect, it } from '@jest/globals';
import { readUserAgent } from './user-agent';

describe(readUserAgent.name, () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0',
      { browser: 'Edge', system: 'Windows' },
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/20.0 Mobile/15E148 Safari/604.1',
      { browser: 'Safari', system: 'iOS' },
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
      { browser: 'Firefox', system: 'Linux' },
    ],
    ['curl/8.5.0', null],
    [null, null],
  ])('%s', (text, read) => {
    expect(readUserAgent(text)).toEqual(read);
  });
});
