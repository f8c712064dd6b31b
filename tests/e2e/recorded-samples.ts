import type { RecordBody, RecordedBody } from '#lib/recording/model';
import { intent, outcome } from '#tests/domain/recorder/worker-data';

// What sessions of other wires look like, for pictures.

const esc = '\u001b';

function out(data: string): RecordBody {
  return { kind: 'terminal', of: null, stream: 'out', data, encoding: 'utf8' };
}

export function* shell(): Generator<RecordBody> {
  const prompt = `${esc}]0;deploy@web-1\u0007${esc}[1;32mdeploy@web-1${esc}[0m:${esc}[1;34m~${esc}[0m$ `;
  yield { kind: 'resize', columns: 80, rows: 22 };
  yield out(prompt);
  yield intent('systemctl status shop', { tag: 'EXEC', actions: ['execute'], objects: ['web-1'] });
  yield out('systemctl status shop\r\n');
  yield out(
    `${esc}[1;32m●${esc}[0m shop.service - Orders\r\n     Active: ${esc}[1;32mactive (running)${esc}[0m\r\n`,
  );
  yield out(prompt);
  yield outcome(3, { commandTag: null, rows: 0 });
  yield intent('kubectl get pods | wc -l', { tag: 'EXEC', actions: ['execute'], objects: ['web-1'] });
  yield out('kubectl get pods | wc -l\r\n12 pods\r\n');
  yield out(prompt);
  yield outcome(8, { commandTag: null, rows: 0 });
}

export function* requests(): Generator<RecordBody> {
  const pods = ['cart-5d4', 'orders-7c9', 'orders-8f1'].map((name) => ({
    metadata: { name, namespace: 'shop' },
    status: { phase: 'Running' },
  }));
  yield intent('GET /api/v1/namespaces/shop/pods', { tag: 'LIST', objects: ['shop/pods'] });
  yield {
    ...{ kind: 'request', of: 1, method: 'GET', path: '/api/v1/namespaces/shop/pods?limit=500' },
    ...{ headers: [['accept', 'application/json']], body: null },
  };
  yield {
    ...{ kind: 'response', of: 1, status: 200, headers: [['content-type', 'application/json']] },
    body: json({ kind: 'PodList', items: pods }),
  };
  yield outcome(1, { commandTag: null, rows: 3 });
}

function json(value: unknown): RecordedBody {
  const data = JSON.stringify(value);
  return {
    ...{ data, encoding: 'utf8', mediaType: 'application/json', bytes: data.length },
    ...{ digest: 'b'.repeat(64), truncated: false },
  };
}
