import { randomBytes } from 'node:crypto';

/** What an id names; the prefix stands in the id, so that a pasted id says what it is. */
const prefixes = {
  absence: 'abs',
  note: 'not',
  account: 'acc',
  accessRequest: 'req',
  agent: 'agt',
  answer: 'ans',
  approval: 'apr',
  campaign: 'cmp',
  cut: 'cut',
  decision: 'dec',
  declaration: 'dcl',
  drift: 'drf',
  entry: 'led',
  exception: 'exc',
  finding: 'fnd',
  freeze: 'frz',
  grant: 'gnt',
  group: 'grp',
  import: 'imp',
  issuer: 'iss',
  item: 'itm',
  mask: 'msk',
  message: 'msg',
  person: 'per',
  proposal: 'pro',
  removal: 'rmv',
  resource: 'res',
  series: 'srs',
  session: 'ses',
  subscription: 'sub',
  spotAnswer: 'spa',
  spotDraw: 'spd',
  worker: 'wrk',
} as const;

export type IdKind = keyof typeof prefixes;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id: prefix, then 10 characters of time (48 bits of milliseconds) and 16 random ones
 * (80 bits), Crockford base32 in lower case. Ids of one kind sort by creation.
 */
export function newId(kind: IdKind, at: Date = new Date()): string {
  let time = at.getTime();
  let head = '';
  for (let place = 0; place < 10; place += 1) {
    head = alphabet[time % 32] + head;
    time = Math.floor(time / 32);
  }
  const tail = Array.from(randomBytes(16), (byte) => alphabet[byte & 31]).join('');
  return `${prefixes[kind]}_${head}${tail}`;
}

/** The name an agent sees for a held statement's approval request: `AR-1042`. */
export function ticketOf(number: number): string {
  return `AR-${number}`;
}

/** The number in a ticket's name, or null when it is not a ticket. */
export function ticketNumber(ticket: string): number | null {
  const match = /^AR-([1-9][0-9]{0,8})$/.exec(ticket);
  return match ? Number(match[1]) : null;
}
