import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Steps, timeAbout } from '../../../components/session/steps.ts';
import { markerAt, partOf } from '../../../components/terminal/part.ts';

// What the browser keeps of a session: pages of places, and one part of a terminal.

const total = 1_000;
/** Statements at 1, 4, 7 …, one each 20 ms, as the route answers. */
const all = Array.from({ length: total }, (_, n) => ({ seq: n * 3 + 1, atMs: n * 20 }));
let asked: string[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address);
    const query = new URL(address, 'http://localhost').searchParams;
    const from = query.get('from');
    const found = query.has('back')
      ? all.filter(({ seq }) => from === null || seq <= Number(from)).reverse()
      : all.filter(({ seq }) => seq >= Number(from ?? 1));
    return Response.json({ steps: found.slice(0, 200) });
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('places in a session', () => {
  test('one after the other they take one call a page', async () => {
    const steps = new Steps('/api/sessions/s/steps?decision=deny');
    let at = 0;
    let seen = 0;
    for (let next = await steps.after(at); next; next = await steps.after(at)) {
      expect(next.seq).toBe(all[seen]?.seq);
      at = next.seq;
      seen += 1;
    }
    expect(seen).toBe(total);
    expect(asked).toHaveLength(total / 200 + 1);
    expect(asked[0]).toBe('/api/sessions/s/steps?decision=deny&from=1');
  });

  test('a jump forwards or back reads what is there', async () => {
    const steps = new Steps('/s');
    expect(await steps.after(2_000)).toEqual({ seq: 2_002, atMs: 667 * 20 });
    expect(await steps.after(10)).toEqual({ seq: 13, atMs: 80 });
    expect(await steps.before(13)).toEqual({ seq: 10, atMs: 60 });
    expect(await steps.before(1)).toBeNull();
    expect(await steps.near(1_500)).toMatchObject({ seq: 1_501 });
    expect(await steps.near(9_999)).toMatchObject({ seq: all.at(-1)?.seq });
    expect(asked.every((address) => address.startsWith('/s?'))).toBe(true);
  });

  test('quickly, what is close is passed over, never what follows itself', async () => {
    const steps = new Steps('/s');
    const next = await steps.after(1);
    if (next === null) throw new Error('nothing follows');
    expect(steps.upTo(1_000, next)).toEqual({ seq: 151, atMs: 1_000 });
    expect(steps.upTo(0, next)).toEqual(next);
  });

  test('a refusal is said', async () => {
    vi.stubGlobal('fetch', async () => new Response(null, { status: 404 }));
    await expect(new Steps('/s').after(1)).rejects.toThrow('Try again');
  });

  test('the time of any place lies between its marks', () => {
    const marks = [
      { seq: 1, atMs: 0 },
      { seq: 101, atMs: 1_000 },
      { seq: 201, atMs: 91_000 },
    ];
    expect([1, 51, 101, 151, 201, 999].map((seq) => timeAbout(marks, seq))).toEqual([
      0, 500, 1_000, 46_000, 91_000, 91_000,
    ]);
    expect(timeAbout([], 5)).toBe(0);
  });
});

describe('a part of a terminal', () => {
  const cast = (next: number | null) =>
    `{"version":3,"term":{"cols":80,"rows":24}}\n[0,"m","7"]\n[0.1,"o","[0,\\"m\\",\\"99\\"]"]\n[1,"m","12"]\n# {"next":${next},"removed":{"title":2}}\n`;

  test('knows its statements, what follows and what was taken out', () => {
    const part = partOf(cast(30), 7);
    expect(part).toMatchObject({ from: 7, statements: [7, 12], next: 30, removed: [['title', 2]] });
    expect([6, 7, 11, 12, 29, 30].map((seq) => markerAt(part, seq))).toEqual([null, 0, 0, 1, 1, null]);
    expect(markerAt(partOf(cast(null), 7), 5_000)).toBe(1);
  });

  test('cut off on its way it is not shown', () => {
    expect(() => partOf(cast(30).slice(0, 60), 7)).toThrow('cut off');
  });
});
