import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Stored {
  readonly payload: AdapterPayload;
  readonly expiresAt: number;
}

const entriesMax = 10_000;
const entries = new Map<string, Stored>();

/** A client by its id, for those that are not stored; undefined: there is none. */
export type FindClient = (id: string) => AdapterPayload | undefined;

/**
 * Keeps what sign-ins need, in memory: after a restart people sign in again, agents ask for a new
 * token. Clients are not stored; they are found by name.
 */
export function storeFor(findClient: FindClient): new (model: string) => Adapter {
  return class SandboxStore implements Adapter {
    readonly model: string;

    constructor(model: string) {
      this.model = model;
    }

    async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
      const expiresAt = expiresIn ? Date.now() + expiresIn * 1000 : Number.POSITIVE_INFINITY;
      entries.set(`${this.model}:${id}`, { payload, expiresAt });
      if (entries.size > entriesMax) dropOldest();
    }

    async find(id: string): Promise<AdapterPayload | undefined> {
      if (this.model === 'Client') return findClient(id);
      const found = entries.get(`${this.model}:${id}`);
      return found && found.expiresAt > Date.now() ? found.payload : undefined;
    }

    async findByUid(uid: string): Promise<AdapterPayload | undefined> {
      return this.#first((payload) => payload.uid === uid);
    }

    async findByUserCode(): Promise<AdapterPayload | undefined> {
      return undefined;
    }

    async consume(id: string): Promise<void> {
      const found = entries.get(`${this.model}:${id}`);
      if (found) found.payload.consumed = Math.floor(Date.now() / 1000);
    }

    async destroy(id: string): Promise<void> {
      entries.delete(`${this.model}:${id}`);
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, stored] of entries) if (stored.payload.grantId === grantId) entries.delete(key);
    }

    #first(test: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
      for (const [key, stored] of entries) {
        if (key.startsWith(`${this.model}:`) && test(stored.payload)) return stored.payload;
      }
      return undefined;
    }
  };
}

function dropOldest(): void {
  for (const key of entries.keys()) {
    entries.delete(key);
    if (entries.size <= entriesMax / 2) return;
  }
}
