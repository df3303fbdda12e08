import { describe, expect, it } from '@jest/globals';

import { ConditionBook } from './conditions.js';
import type { SelfSample } from './conditions.js';
import type { StoreReading } from './readings.service.js';

const store: StoreReading = {
  durability: 'full',
  degradedBy: [],
  dirtyMarks: 0,
  rollupLagMs: 0,
  waitingNotices: 0,
  openDeliveries: 0,
  outboxOverdueMs: 0,
};
const SECOND = 1000;

function sample(atSeconds: number, changes: Partial<SelfSample> = {}): SelfSample {
  const well = { store, refused: 0, crons: [], pools: [], disk: null, eventLoopP99Ms: 1 };
  return { nowMs: atSeconds * SECOND, ...well, ...changes };
}
const late = { store: { ...store, rollupLagMs: 90 * SECOND } };
const kinds = (book: ConditionBook, one: SelfSample): string[] =>
  book.look(one).map(({ kind, episode }) => `${episode.condition} ${kind}`);

describe(ConditionBook.name, () => {
  it('says nothing of a tracker that is well', () => {
    const book = new ConditionBook();
    expect([book.look(sample(0)), book.look(sample(5)), book.firing]).toEqual([[], [], []]);
  });

  it('holds before it fires, and keeps before it is over', () => {
    const book = new ConditionBook();
    expect(kinds(book, sample(0, late))).toEqual([]);
    expect(kinds(book, sample(15, late))).toEqual([]);
    expect(kinds(book, sample(20, late))).toEqual(['rollups-late fired']);
    expect(kinds(book, sample(25))).toEqual([]);
    expect(book.firing).toHaveLength(1);
    expect(kinds(book, sample(40))).toEqual(['rollups-late resolved']);
    expect(book.firing).toEqual([]);
  });

  it('forgets a hiccup', () => {
    const book = new ConditionBook();
    book.look(sample(0, late));
    expect(kinds(book, sample(30))).toEqual([]);
    expect(kinds(book, sample(60, late))).toEqual([]);
  });

  it('gets graver with the time', () => {
    const book = new ConditionBook();
    book.look(sample(0, late));
    book.look(sample(20, late));
    expect(book.firing[0]?.severity).toBe('warning');
    book.look(sample(25, { store: { ...store, rollupLagMs: 700 * SECOND } }));
    expect(book.firing[0]?.severity).toBe('critical');
  });

  it('never takes silence of the database for recovery', () => {
    const book = new ConditionBook();
    book.look(sample(0, late));
    book.look(sample(20, late));
    expect(kinds(book, sample(500, { store: null }))).toEqual(['database-away fired']);
    expect(book.firing.map(({ condition }) => condition).sort()).toEqual([
      'database-away',
      'rollups-late',
    ]);
    expect(kinds(book, sample(505))).toEqual(['database-away resolved', 'rollups-late resolved']);
  });

  it('tells refusals by what is new of them', () => {
    const book = new ConditionBook();
    expect(kinds(book, sample(0, { refused: 40 }))).toEqual([]);
    expect(kinds(book, sample(5, { refused: 40 }))).toEqual([]);
    expect(kinds(book, sample(10, { refused: 41 }))).toEqual(['ingest-refusing fired']);
    expect(kinds(book, sample(60, { refused: 41 }))).toEqual([]);
    expect(kinds(book, sample(71, { refused: 41 }))).toEqual(['ingest-refusing resolved']);
  });

  it('names the crons that are overdue', () => {
    const book = new ConditionBook();
    const crons = [
      { name: 'rollup', intervalMs: 300 * SECOND, ageMs: 700 * SECOND },
      { name: 'retention', intervalMs: 3600 * SECOND, ageMs: 700 * SECOND },
    ];
    const [change] = book.look(sample(0, { crons }));
    expect(change?.episode.detail).toBe('Overdue: rollup');
  });

  it('names the pools that callers wait for', () => {
    const book = new ConditionBook();
    const pools = [
      { name: 'main', waiting: 0 },
      { name: 'read', waiting: 3 },
    ];
    expect(kinds(book, sample(0, { pools }))).toEqual([]);
    const [change] = book.look(sample(15, { pools }));
    expect(change?.episode.detail).toMatch(/: 3 for read$/);
    expect(kinds(book, sample(31))).toEqual(['pool-exhausted resolved']);
  });

  it.each([
    ['plenty', 2e12, 3e12, null],
    ['little of a large disk, but enough', 20e9, 1e12, null],
    ['little of a small disk', 1.5e9, 20e9, 'warning'],
    ['next to nothing', 0.5e9, 20e9, 'critical'],
  ])('judges the disk: %s', (_, freeBytes, bytes, severity) => {
    const book = new ConditionBook();
    book.look(sample(0, { disk: { freeBytes, bytes } }));
    const [change] = book.look(sample(15, { disk: { freeBytes, bytes } }));
    expect(change?.episode.severity ?? null).toBe(severity);
  });
});
