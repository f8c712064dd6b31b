import { expect, test } from 'vitest';
import { bufferSource, type RecordBody, RecordingReader } from '#lib/recording/index';

import { bodyJson } from '#proxy/recorder/body-json';
import { intent, key, makeRecording, outcome } from './fixture.ts';

const body = { data: '{"a":1}', encoding: 'utf8', mediaType: 'application/json', bytes: 7 } as const;

/** One of every kind that the model knows. */
const one: { [Kind in RecordBody['kind']]: Extract<RecordBody, { kind: Kind }> } = {
  intent: intent('select 1'),
  outcome: outcome(1),
  rows: { kind: 'rows', of: 1, columns: null, rows: [['1', null]], truncated: false },
  approval: {
    ...{ kind: 'approval', of: 1, ticket: 'AR-1', state: 'requested', by: null, reason: null },
    estimate: { rows: 3, total: 10, note: null, plan: '[]' },
  },
  notice: { kind: 'notice', of: null, from: 'gateway', severity: 'NOTICE', message: 'm' },
  end: { kind: 'end', state: 'closed', reason: 'done' },
  terminal: { kind: 'terminal', of: null, stream: 'out', data: '\u001b[1m$ ', encoding: 'utf8' },
  resize: { kind: 'resize', columns: 80, rows: 24 },
  request: {
    ...{ kind: 'request', of: 1, method: 'GET', path: '/api/v1/pods?limit=5' },
    headers: [['accept', 'application/json']],
    body: null,
  },
  response: {
    ...{ kind: 'response', of: 1, status: 200, headers: [['content-type', 'application/json']] },
    body: { ...body, digest: 'a'.repeat(64), truncated: false },
  },
};

test('every kind comes back as it was written, by either way of writing', async () => {
  const bodies = Object.values(one);
  const { bytes } = await makeRecording([bodies]);
  const reader = await RecordingReader.open(bufferSource(bytes), key);
  const { records } = await reader.page(1, 100);
  expect(records.map((record) => record.body)).toEqual(bodies);
  for (const each of bodies) expect(JSON.parse(bodyJson(each))).toEqual(each);
});

test('what belongs to a request is found with it', async () => {
  const { bytes } = await makeRecording([
    [one.intent, one.request, one.terminal],
    [one.response, one.outcome],
  ]);
  const reader = await RecordingReader.open(bufferSource(bytes), key);
  const kinds = (await reader.statement(1)).records.map((record) => record.body.kind);
  expect(kinds).toEqual(['intent', 'request', 'response', 'outcome']);
});
