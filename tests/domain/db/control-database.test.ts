import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendEntry } from '#lib/ledger/append';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

let control: ControlDatabase;

beforeAll(async () => {
  control = await createControlDatabase();
});

afterAll(() => control?.drop());

describe('the control database', () => {
  it('takes entries from the run-time login', async () => {
    await appendEntry(control.db, {
      actor: { kind: 'job', name: 'test' },
      action: 'worker.event',
      subject: { kind: 'worker', id: 'wrk_1' },
      summary: 'A test wrote this.',
    });
    expect(await control.db.ledgerEntry.count()).toBe(1);
  });

  it('lets it change none of them', async () => {
    await expect(control.db.ledgerEntry.deleteMany()).rejects.toThrow('permission denied');
  });
});
