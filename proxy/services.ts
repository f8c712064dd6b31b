import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Clock, systemClock } from '#lib/core/clock';
import type { SealingKey } from '#lib/core/sealing';
import { readSealingKey as parseSealingKey } from '#lib/core/sealing-key';
import { createKeySource, type KeySource } from '#lib/identity/index';
import type { TrustedIssuer } from '#lib/identity/model';
import { warm as warmPolicies } from '#lib/policies/index';
import { createParser, type Parser } from '#lib/sql/index';
import type { ParsedMessage } from '#lib/sql/model';
import type { ControlPlane } from './control/control-plane.ts';
import { Watch } from './control/watch.ts';
import { entraTokens, type TokenSource } from './listeners/entra-tokens.ts';
import { TargetCatalogs } from './listeners/postgres/catalog.ts';
import { Credentials } from './listeners/postgres/credentials.ts';
import { Batch } from './listeners/postgres/relay/batch.ts';
import { BoundedCache } from './listeners/postgres/relay/cache.ts';
import type { FactsView } from './listeners/postgres/relay/facts-view.ts';
import { PolicyCache } from './listeners/postgres/relay/policy-cache.ts';
import { Metrics } from './metrics.ts';
import type { Recorder } from './recorder/recorder.ts';
import { Refusals } from './refusals.ts';

/** Syntax trees that a worker keeps, and the characters of their texts. */
const syntaxEntriesMax = 5_000;
const factsEntriesMax = 10_000;
const cachedCharsMax = 32 * 1024 * 1024;

export type Log = (message: string, error?: unknown) => void;

/** Everything that the parts of a worker share; made in one place, closed in one place. */
export interface Services {
  readonly clock: Clock;
  readonly control: ControlPlane;
  readonly watch: Watch;
  readonly recorder: Recorder;
  readonly refusals: Refusals;
  readonly metrics: Metrics;
  readonly keys: KeySource;
  readonly sealingKey: SealingKey;
  readonly credentials: Credentials;
  readonly parser: Parser;
  readonly syntax: BoundedCache<ParsedMessage>;
  readonly facts: BoundedCache<readonly FactsView[]>;
  readonly policies: PolicyCache;
  readonly catalogs: TargetCatalogs;
  readonly batch: Batch;
  readonly holdMs: number;
  readonly log: Log;
  issuers(): Promise<readonly TrustedIssuer[]>;
}

export interface ServiceParts {
  readonly control: ControlPlane;
  readonly recorder: Recorder;
  readonly sealingKey: SealingKey;
  readonly holdMs: number;
  readonly log: Log;
  readonly clock?: Clock;
  /** Tokens of targets whose login takes one. */
  readonly tokens?: TokenSource;
}

/** Puts a worker together and warms what is slow the first time. */
export async function makeServices(parts: ServiceParts): Promise<Services> {
  const { control, recorder, sealingKey, holdMs, log } = parts;
  const clock = parts.clock ?? systemClock;
  const metrics = new Metrics();
  const credentials = new Credentials(sealingKey, parts.tokens ?? entraTokens(null));
  const parser = await createParser();
  warmPolicies();
  await parser.warm();
  return {
    clock,
    control,
    watch: new Watch(control, clock),
    recorder,
    refusals: new Refusals(control, clock),
    metrics,
    keys: createKeySource(),
    sealingKey,
    credentials,
    parser,
    syntax: new BoundedCache(syntaxEntriesMax, cachedCharsMax),
    facts: new BoundedCache(factsEntriesMax, cachedCharsMax),
    policies: new PolicyCache(metrics),
    batch: new Batch(),
    catalogs: new TargetCatalogs(credentials, log, control),
    holdMs,
    log,
    issuers: () => control.issuers(),
  };
}

/** A sealing key from its file: 32 bytes in base64, one line. */
export async function readSealingKey(file: string): Promise<SealingKey> {
  return parseSealingKey(await readFile(file, 'utf8'));
}

export async function readSigningKey(file: string): Promise<KeyObject> {
  return createPrivateKey(await readFile(file, 'utf8'));
}
