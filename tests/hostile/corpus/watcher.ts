import { Client } from 'pg';
import type { TargetDatabase } from '#tests/support/target-database';
import { digestOf } from './digest.ts';

/** Sees what changed in a database since it looked last. */
export class Watcher {
  readonly #client: Client;
  #digest: readonly string[] = [];
  #next = '';

  private constructor(client: Client) {
    this.#client = client;
  }

  static async of(target: TargetDatabase): Promise<Watcher> {
    const client = new Client({ connectionString: target.superuserUrl });
    client.on('error', () => {});
    await client.connect();
    const watcher = new Watcher(client);
    watcher.#next = await watcher.#nextTransaction();
    watcher.#digest = await digestOf(client);
    return watcher;
  }

  /** Parts of the digest that are new or gone. Where no transaction took a number, nothing changed. */
  async changes(): Promise<readonly string[]> {
    const next = await this.#nextTransaction();
    if (next === this.#next) return [];
    const before = this.#digest;
    this.#digest = await digestOf(this.#client);
    this.#next = next;
    return [
      ...this.#digest.filter((part) => !before.includes(part)),
      ...before.filter((part) => !this.#digest.includes(part)),
    ];
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  async #nextTransaction(): Promise<string> {
    const { rows } = await this.#client.query<{ next: string }>(
      'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next',
    );
    return rows[0]?.next ?? '';
  }
}
