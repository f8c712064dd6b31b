import { readDataRow } from '../codec/read.ts';

/** A question that the gateway asks on the session's own connection, between the client's messages. */
export class Probe {
  readonly rows: (string | null)[][] = [];

  row(buffer: Buffer, start: number, end: number): void {
    this.rows.push(readDataRow(buffer, start, end).map((value) => value?.toString('utf8') ?? null));
  }
}

/** Names of the gateway's own statement and portal on a session's connection. */
export const probeName = 'countersign_gateway';
