import { describe, expect, test } from 'vitest';
import { pauseMs } from '../../../lib/outbox/deliver.ts';
import { addressOf, mayReach } from '../../../lib/outbox/guard.ts';

describe('where a message may go', () => {
  test.each(['8.8.8.8', '2606:4700::1111', '172.32.0.1'])('%s: to anybody', (address) => {
    expect(mayReach(address, false)).toBe(true);
  });
  test.each([
    ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '127.0.0.1', '100.64.0.1', '::1', 'fd12::1'],
    ...['::ffff:10.0.0.1', '::ffff:7f00:1', '64:ff9b::a00:1', '2002:7f00:1::1'],
  ])('%s: only where an admin says that it is in the own network', (address) => {
    expect(mayReach(address, false)).toBe(false);
    expect(mayReach(address, true)).toBe(true);
  });
  test.each([
    ...['169.254.169.254', '0.0.0.0', '224.0.0.1', '255.255.255.255', 'fe80::1', '::', 'ff02::1'],
    ...['168.63.129.16', 'fd00:ec2::254', '::ffff:169.254.169.254', 'not an address', ''],
  ])('%s: never', (address) => {
    expect(mayReach(address, true)).toBe(false);
  });

  test('a name is judged by what it resolves to', async () => {
    await expect(addressOf('localhost', false)).rejects.toThrow('not a public address');
    expect((await addressOf('localhost', true)).address).toMatch(/^(127\.0\.0\.1|::1)$/);
    await expect(addressOf('[::1]', false)).rejects.toThrow('not a public address');
  });

  test('ways of writing an address do not help', async () => {
    for (const odd of ['http://2130706433', 'http://0x7f.1', 'http://127.1', 'http://[::ffff:127.0.0.1]']) {
      await expect(addressOf(new URL(odd).hostname, false)).rejects.toThrow('not a public address');
    }
  });
});

test('pauses double, up to an hour, with chance in them', () => {
  expect(pauseMs(1, 1)).toBe(5_000);
  expect(pauseMs(1, 0)).toBe(2_500);
  expect(pauseMs(4, 1)).toBe(40_000);
  expect(pauseMs(14, 1)).toBe(3_600_000);
});
