import type { OtherUse } from '#lib/masking/schema';
import type { StatementRow } from '#proxy/control/control-plane';
import { addAgent, startTestGateway, type TestGateway } from '#tests/support/gateway';
import { type RawClient, rawDirect, rawThroughGateway } from '#tests/support/raw-postgres';
import type { TargetDatabase } from '#tests/support/target-database';
import type { Attack } from './attack.ts';
import { type Answer, take } from './transcript.ts';
import { Watcher } from './watcher.ts';
import { createWorld, grants, masks, type World } from './world.ts';

type Login = Attack['login'];

/** What one run of an attack left: what came back, and what stands in the database. */
export interface Run {
  readonly answers: readonly Answer[];
  readonly changed: readonly string[];
}

interface Raw {
  readonly target: TargetDatabase;
  readonly watcher: Watcher;
}

/** One world's own database to be attacked directly, made anew after every attack that changed it. */
class RawWorld {
  readonly #world: World;
  readonly #login: Login;
  #raw: Raw | null = null;

  constructor(world: World, login: Login) {
    this.#world = world;
    this.#login = login;
  }

  async attack(steps: Attack['steps']): Promise<Run> {
    const { target, watcher } = await this.#ready();
    let changed: readonly string[] | null = null;
    try {
      const client = await rawDirect(target);
      const answers: Answer[] = [];
      for (const step of steps) answers.push(await take(client, step));
      client.close();
      changed = await watcher.changes();
      return { answers, changed };
    } finally {
      if (changed?.length !== 0) await this.close();
    }
  }

  async #ready(): Promise<Raw> {
    if (this.#raw === null) {
      const target = await this.#world.database(this.#login);
      this.#raw = { target, watcher: await Watcher.of(target) };
    }
    return this.#raw;
  }

  async close(): Promise<void> {
    const raw = this.#raw;
    this.#raw = null;
    await raw?.watcher.close();
    await raw?.target.drop();
  }
}

/** One world behind a gateway under the shipped policies. */
class GuardedWorld {
  readonly target: TargetDatabase;
  readonly gateway: TestGateway;
  readonly #watcher: Watcher;

  constructor(target: TargetDatabase, gateway: TestGateway, watcher: Watcher) {
    this.target = target;
    this.gateway = gateway;
    this.#watcher = watcher;
  }

  async attack(
    attack: Pick<Attack, 'agent' | 'steps'>,
  ): Promise<Run & { sessionId: string; alive: boolean }> {
    const { client } = await rawThroughGateway(this.gateway, attack.agent);
    const sessionId = this.gateway.control.sessions.at(-1)?.id ?? '';
    const answers: Answer[] = [];
    for (const step of attack.steps) {
      const answer = await take(client, step);
      answers.push(answer);
      // An attacker who was refused goes on.
      if (answer.errors.length > 0 && !client.closed) await take(client, 'SET countersign.resume = on');
    }
    const alive = await isAlive(client);
    client.close();
    return { answers, changed: await this.#watcher.changes(), sessionId, alive };
  }

  /** Statements of these sessions that were refused or left pending, as the control plane heard of them. */
  recorded(sessionIds: ReadonlySet<string>): readonly StatementRow[] {
    const { statements } = this.gateway.control;
    return statements.filter(
      ({ sessionId, outcome }) =>
        sessionIds.has(sessionId) && (outcome === 'refused' || outcome === 'pending'),
    );
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.#watcher.close();
    await this.target.drop();
  }
}

async function isAlive(client: RawClient): Promise<boolean> {
  if (client.closed) return false;
  await take(client, 'ROLLBACK');
  const { frames, errors } = await take(client, 'SELECT count(*) FROM public.orders');
  return errors.length === 0 && frames.some(({ type }) => type === 'D');
}

async function guard(
  world: World,
  login: Login,
  environment: string,
  otherUse: OtherUse,
): Promise<GuardedWorld> {
  const target = await world.database(login);
  const gateway = await startTestGateway({
    target,
    masks: masks.map((mask) => ({ ...mask, options: { ...mask.options, other_use: otherUse } })),
    holdMs: 1,
    environment,
    superuser: login === 'superuser',
  });
  addAgent(gateway.control, 'broad', grants.broad);
  addAgent(gateway.control, 'narrow', grants.narrow);
  return new GuardedWorld(target, gateway, await Watcher.of(target));
}

/** Two worlds that differ in their secrets only, each raw and behind a gateway. */
export interface Stage {
  raw(world: 'a' | 'b', login: Login): RawWorld;
  guarded(world: 'a' | 'b', login: Login, environment?: string, otherUse?: OtherUse): Promise<GuardedWorld>;
  /** Statements of these sessions, of every gateway, that were refused or left pending. */
  recorded(sessionIds: ReadonlySet<string>): Promise<readonly StatementRow[]>;
  close(): Promise<void>;
}

export async function createStage(): Promise<Stage> {
  const worlds = { a: await createWorld('a'), b: await createWorld('b') };
  const raws = new Map<string, RawWorld>();
  const guards = new Map<string, Promise<GuardedWorld>>();
  return {
    raw(world, login) {
      const key = `${world} ${login}`;
      const known = raws.get(key) ?? new RawWorld(worlds[world], login);
      raws.set(key, known);
      return known;
    },
    guarded(world, login, environment = 'production', otherUse = 'deny') {
      const key = `${world} ${login} ${environment} ${otherUse}`;
      const known = guards.get(key) ?? guard(worlds[world], login, environment, otherUse);
      guards.set(key, known);
      return known;
    },
    async recorded(sessionIds) {
      const rows = await Promise.all(
        Array.from(guards.values(), async (one) => (await one).recorded(sessionIds)),
      );
      return rows.flat();
    },
    async close() {
      for (const one of guards.values()) await (await one).close();
      for (const raw of raws.values()) await raw.close();
      await worlds.a.drop();
      await worlds.b.drop();
    },
  };
}
