import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardNumber, customer, order, paymentsOf } from '#bin/sandbox/shop-data';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

describe('rows of the shop', () => {
  it('are the same every time', () => {
    expect(customer(17)).toEqual(customer(17));
    expect(order(2_017, { customers: 5_000, orders: 50_000 })).toEqual(
      order(2_017, { customers: 5_000, orders: 50_000 }),
    );
  });

  it('have social security numbers in the form that is issued', () => {
    for (let id = 1; id <= 5_000; id += 1) {
      expect(customer(id).ssn).toMatch(/^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/);
    }
  });

  it('have card numbers that check by Luhn', () => {
    for (let seed = 1; seed < 500; seed += 1) {
      const digits = [...cardNumber(seed)].reverse().map(Number);
      const sum = digits.reduce((total, digit, place) => {
        const value = place % 2 === 1 ? digit * 2 : digit;
        return total + (value > 9 ? value - 9 : value);
      }, 0);
      expect(digits).toHaveLength(16);
      expect(sum % 10).toBe(0);
    }
  });

  it('leave orders 1 to 100 without payments, and no other', () => {
    const size = { customers: 5_000, orders: 50_000 };
    for (const id of [1, 50, 100]) expect(paymentsOf(order(id, size))).toEqual([]);
    for (const id of [101, 140, 50_000]) expect(paymentsOf(order(id, size))).not.toEqual([]);
  });
});

describe('the shop', () => {
  let shop: TargetDatabase;
  let client: Client;

  beforeAll(async () => {
    shop = await createTargetDatabase({ logStatements: true });
    client = new Client({ connectionString: shop.url });
    await client.connect();
  });

  afterAll(async () => {
    await client?.end();
    await shop?.drop();
  });

  it('lets its owner delete an order without payments, and no other', async () => {
    expect((await client.query('DELETE FROM orders WHERE id < 50')).rowCount).toBe(49);
    await expect(client.query('DELETE FROM orders WHERE id = 101')).rejects.toThrow('foreign key');
  });

  it('is owned by a login that is no superuser', async () => {
    const { rows } = await client.query(
      `SELECT current_user AS login, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user`,
    );
    expect(rows).toEqual([
      { login: 'shop_owner', rolsuper: false, rolcreaterole: false, rolcreatedb: false },
    ]);
  });

  it('logs what reached it when asked to', async () => {
    await client.query('SELECT 42 AS reached');
    expect((await shop.log()).some((line) => line.includes('SELECT 42 AS reached'))).toBe(true);
  });
});
