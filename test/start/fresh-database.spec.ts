import { describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { freshDatabase } from '../support/fresh-database.js';

describe(freshDatabase.name, () => {
  it('makes a database of its own each time, and drops it from under its users', async () => {
    const [one, two] = await Promise.all([freshDatabase('One: a'), freshDatabase('One: a')]);
    expect(one.url).not.toBe(two.url);
    const user = new pg.Client({ connectionString: one.url });
    const cutOff = new Promise((resolve) => user.on('error', resolve));
    await user.connect();
    await one.drop();
    await expect(cutOff).resolves.toBeInstanceOf(Error);
    await two.drop();
  });
});
