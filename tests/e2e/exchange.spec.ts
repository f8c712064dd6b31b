import type { RecordBody, RecordedBody } from '#lib/recording/model';
import { intent, outcome } from '#tests/domain/recorder/worker-data';
import { faultsEverywhere } from './axe.ts';
import { expect, signIn, test } from './fixtures.ts';
import { recordSession } from './recorded.ts';

const hostile = '<img src=x onerror=window.pwned=1><script>window.pwned=1</script>\u202E';

function json(value: unknown): RecordedBody {
  const data = JSON.stringify(value);
  return {
    ...{ data, encoding: 'utf8', mediaType: 'application/json', bytes: data.length },
    ...{ digest: 'b'.repeat(64), truncated: false },
  };
}

function* kubernetes(): Generator<RecordBody> {
  const items = Array.from({ length: 40 }, (_, n) => ({ metadata: { name: `pod-${n}`, note: hostile } }));
  yield intent('GET /api/v1/namespaces/shop/pods', { tag: 'LIST', objects: ['shop/pods'] });
  yield {
    ...{ kind: 'request', of: 1, method: 'GET', path: `/api/v1/namespaces/shop/pods?limit=40&x=${hostile}` },
    ...{ headers: [['accept', 'application/json']], body: null },
  };
  yield {
    ...{ kind: 'response', of: 1, status: 200, headers: [['x-note', hostile]] },
    body: json({ kind: 'PodList', items }),
  };
  yield outcome(1);
  yield intent('DELETE /api/v1/namespaces/shop/pods/pod-7', { tag: 'DELETE', objects: ['shop/pods'] });
  yield {
    ...{ kind: 'request', of: 5, method: 'DELETE', path: '/api/v1/namespaces/shop/pods/pod-7' },
    ...{ headers: [], body: json({ gracePeriodSeconds: 0 }) },
  };
  yield { ...{ kind: 'response', of: 5, status: 404, headers: [] }, body: json({ reason: 'NotFound' }) };
  yield outcome(5, { status: 'failed', error: { code: '404', message: 'not found' } });
  yield intent('POST /api/v1/namespaces/shop/pods/pod-1/exec', { tag: 'EXEC', objects: ['shop/pods/exec'] });
  yield { kind: 'terminal', of: 9, stream: 'out', data: 'whoami\nshop-user\n', encoding: 'utf8' };
  yield outcome(9);
}

test('Kubernetes is replayed as requests and responses, searchable and inert', async ({ page, stack }) => {
  const id = await recordSession(stack, {
    ...{ wire: 'kubernetes', purpose: `KUBE-${Date.now()}`, everyMs: 300, bodies: kubernetes() },
  });
  await signIn(page, 'linus');
  await page.goto(`/sessions/${id}`);
  await page.getByRole('link', { name: 'GET /api/v1/namespaces/shop/pods' }).click();
  const moment = page.getByRole('complementary', { name: 'of the session' });
  await expect(moment).toContainText('limit=40');
  await expect(moment).toContainText('200');
  const body = moment.getByRole('region', { name: 'Body of the response' });
  await expect(body).toContainText('"kind": "PodList"');
  await moment.getByRole('searchbox', { name: 'Find in body of the response' }).fill('POD-3');
  await expect(moment.getByRole('status').filter({ hasText: 'of' })).toHaveText('1 of 11');
  await page.keyboard.press('Enter');
  await expect(moment.getByRole('status').filter({ hasText: 'of' })).toHaveText('2 of 11');
  await expect(moment.locator('img, script')).toHaveCount(0);
  await expect(body).toContainText('U+202E');
  await moment.getByText('1 response header').click();
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);

  expect(await faultsEverywhere(page)).toEqual([]);

  await page.getByRole('button', { name: 'Next statement' }).click();
  await expect(moment).toContainText('refused by the target');
  await expect(moment).toContainText('"gracePeriodSeconds": 0');

  await page.goto(`/sessions/${id}?at=9`);
  await moment.locator('.ap-playback-button').click({ timeout: 15_000 });
  await expect(moment.getByRole('region', { name: 'Terminal', exact: true })).toContainText('shop-user');

  await page.goto(`/sessions/${id}?text=shop-user`);
  const search = page.getByRole('region', { name: 'Search in the recording' });
  await search.getByRole('button').click();
  await search.getByRole('link', { name: 'terminal' }).click();
  await expect(page).toHaveURL(/[?&]at=9/);
});
