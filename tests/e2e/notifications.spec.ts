import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, signIn, test } from './fixtures.ts';

// Who outside hears of events: set up, tested, failing, sent again, paused and ended by an admin.

interface Receiver {
  readonly url: string;
  readonly ids: string[];
  status: number;
  close(): Promise<void>;
}

async function receive(): Promise<Receiver> {
  const server: Server = createServer((request, response) => {
    receiver.ids.push(String(request.headers['webhook-id']));
    request.resume().once('end', () => response.writeHead(receiver.status).end('<b>busy</b>'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/s3cret-path`,
    ids: [],
    status: 503,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return receiver;
}

test('a webhook is added, fails, is sent again, paused and ended; its secret is never shown', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const receiver = await receive();
  const name = `siem ${Date.now()}`;
  const secret = 'correct-horse-battery-staple';
  await signIn(page, 'ada');
  await page.goto('/settings?tab=notifications');
  await page.getByRole('button', { name: 'New subscription' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Address', { exact: true }).fill(receiver.url);
  await dialog.getByLabel('Secret').fill(secret);
  await dialog.getByLabel('Somebody broke the glass').check();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('https');
  await dialog.getByLabel('The receiver is in our own network').check();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  const row = page
    .getByRole('list', { name: 'Subscriptions' })
    .getByRole('listitem')
    .filter({ hasText: name });
  await expect(row).toContainText('127.0.0.1');

  await row.getByRole('button', { name: `Test ${name}` }).click();
  const messages = page.getByRole('table', { name: 'Messages' });
  await expect
    .poll(async () => {
      await page.reload();
      return messages.textContent();
    })
    .toContain('The receiver answered 503: <b>busy</b>');
  await expect(messages).toContainText('waiting');
  receiver.status = 204;
  await messages.getByRole('button', { name: 'Send test again' }).first().click();
  await expect
    .poll(async () => {
      await page.reload();
      return messages.textContent();
    })
    .toContain('delivered');
  expect(new Set(receiver.ids).size).toBe(1);

  await row.getByRole('button', { name: `Pause ${name}` }).click();
  await expect(row).toContainText('paused');
  await expect(row.getByRole('button', { name: `Test ${name}` })).toHaveCount(0);
  const html = await page.content();
  expect(html).not.toContain('s3cret-path');
  expect(html).not.toContain(secret);

  await row.getByRole('button', { name: 'End…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End subscription' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(row).toHaveCount(0);
  await receiver.close();
});
