import type { RecordBody } from '#lib/recording/model';
import { intent, outcome } from '#tests/domain/recorder/worker-data';
import { faultsEverywhere } from './axe.ts';
import { expect, signIn, test } from './fixtures.ts';
import { recordSession } from './recorded.ts';

const esc = '\u001b';

function out(data: string): RecordBody {
  return { kind: 'terminal', of: null, stream: 'out', data, encoding: 'utf8' };
}

/** What an agent sends that wants out of its terminal. */
const hostile = [
  `${esc}]0;pwned title\u0007`,
  `${esc}]52;c;cHduZWQ=\u0007`,
  `${esc}]8;;javascript:window.pwned=1${esc}\\click me${esc}]8;;${esc}\\`,
  `${esc}P+q544e${esc}\\${esc}[8;9000;9000t${esc}[6n`,
  '<img src=x onerror=window.pwned=1><script>window.pwned=1</script>',
];

function* shell(): Generator<RecordBody> {
  yield { kind: 'resize', columns: 80, rows: 20 };
  yield out('$ ');
  yield intent('ls -l', { tag: 'EXEC' });
  yield out(`ls -l\r\n${esc}[1;34msrc${esc}[0m  README.md\r\n$ `);
  yield outcome(3);
  yield intent('cat hostile', { tag: 'EXEC' });
  yield out(`cat hostile\r\n${hostile.join('\r\n')}\r\n$ `);
  yield outcome(6);
  yield intent('echo the end', { tag: 'EXEC' });
  yield out(`echo the end\r\nthe end\r\n$ `);
  yield outcome(9);
}

test('a shell is replayed as a terminal: jump, speed, link, and nothing gets out of it', async ({
  page,
  stack,
}) => {
  const id = await recordSession(stack, {
    ...{ wire: 'ssh', purpose: `TERM-${Date.now()}`, everyMs: 400, bodies: shell() },
  });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await signIn(page, 'linus');
  await page.goto(`/sessions/${id}`);
  const terminal = page.getByRole('region', { name: 'Terminal', exact: true });
  await terminal.getByRole('button', { name: 'Open the terminal' }).click();
  await expect(terminal).toContainText('README.md', { timeout: 15_000 });

  await terminal.getByLabel('Speed').selectOption('4');
  const commands = page.getByRole('table', { name: 'Statements in order' });
  await commands.getByRole('link', { name: 'echo the end' }).click();
  await expect(page).toHaveURL(/[?&]at=9/);
  await commands.getByRole('link', { name: 'cat hostile' }).click();
  await expect(terminal).toContainText('README.md');
  await expect(terminal).not.toContainText('click me');
  await terminal.locator('.ap-playback-button').click();
  await expect(terminal).toContainText('‹OSC 8›click me');
  await expect(terminal).toContainText('‹OSC 52›');
  await expect(terminal).toContainText('<img src=x onerror=window.pwned=1>');
  await expect(terminal).toContainText('Taken out, as it acts beyond a terminal: title (1×), OSC 52 (1×)');
  await expect(terminal.locator('a, img, script')).toHaveCount(0);
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  expect(await page.title()).not.toContain('pwned');

  await page.goto(`/sessions/${id}?at=6`);
  await expect(terminal).toContainText('README.md', { timeout: 15_000 });
  expect(await faultsEverywhere(page)).toEqual([]);
  await expect(terminal).not.toContainText('the end');
  expect(faults).toEqual([]);

  await page.context().clearCookies();
  expect((await page.request.get(`/api/sessions/${id}/terminal`)).status()).toBe(401);
});
