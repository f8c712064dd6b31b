import { readCsv } from '#lib/core/csv-read';
import { type ErrorDetail, invalid } from '#lib/core/errors';

/** The columns of a reading as CSV; the same names as in JSON. Actions and scope are split by `;`. */
export const readingColumns = [
  'externalId',
  'agent',
  'resource',
  'actions',
  'scope',
  'reason',
  'endsAt',
] as const;

/** What a file says, before anything of it is believed. */
export interface FileReading {
  /** What the file itself names; a CSV names neither. */
  readonly source: unknown;
  readonly readAt: unknown;
  readonly grants: readonly unknown[];
  /** How a person finds a grant in the file: "row 3" of a table, "grant 2" of a list. */
  readonly placeOf: (index: number) => string;
}

/** Reads a file by its first character: `{` or `[` is JSON, all else CSV. Pure; throws `invalid`. */
export function readReadingFile(text: string): FileReading {
  const body = text.replace(/^\ufeff/, '');
  if (body.trim() === '')
    throw invalid('The file is empty. A source that gives nothing has a header row, or [].');
  return /^\s*[[{]/.test(body) ? fromJson(body) : fromCsv(body);
}

function fromJson(text: string): FileReading {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw invalid(`The file is no JSON: ${error instanceof Error ? error.message : 'it can’t be read'}.`);
  }
  const reading = Array.isArray(data) ? { grants: data } : (data as Record<string, unknown>);
  const unknown = Object.keys(reading).find((key) => !['source', 'readAt', 'grants'].includes(key));
  if (unknown !== undefined) throw invalid('The file may hold source, readAt and grants, and nothing else.');
  const grants: unknown = reading.grants;
  if (!Array.isArray(grants)) throw invalid('The file has no list of grants.');
  return {
    source: reading.source,
    readAt: reading.readAt,
    grants: grants.map(withDate),
    placeOf: (index) => `grant ${index + 1}`,
  };
}

function fromCsv(text: string): FileReading {
  const [header = [], ...rows] = readCsv(text);
  const names = header.map((cell) => cell.trim());
  const missing = readingColumns.filter((name) => name !== 'endsAt' && !names.includes(name));
  if (missing.length > 0)
    throw invalid(`The first row has to name the columns; missing: ${missing.join(', ')}.`);
  const strange = names.filter((name) => !(readingColumns as readonly string[]).includes(name));
  if (strange.length > 0 || new Set(names).size < names.length) {
    throw invalid(`The columns are ${readingColumns.join(', ')}, each once; others would be lost unseen.`);
  }
  const faults = rows.flatMap((row, place): ErrorDetail[] =>
    row.length === names.length
      ? []
      : [{ at: `row ${place + 2}`, message: `has ${row.length} cells, the first row has ${names.length}` }],
  );
  if (faults.length > 0) throw invalid('Not every row has the columns of the first.', faults.slice(0, 50));
  return {
    source: undefined,
    readAt: undefined,
    grants: rows.map((row) => fromRow(names, row)),
    placeOf: (index) => `row ${index + 2}`,
  };
}

function fromRow(names: readonly string[], row: readonly string[]): unknown {
  const cells = new Map(names.map((name, place) => [name, (row[place] ?? '').trim()]));
  const cell = (name: string) => cells.get(name) ?? '';
  const list = (name: string) =>
    cell(name)
      .split(';')
      .map((piece) => piece.trim())
      .filter(Boolean);
  return withDate({
    externalId: cell('externalId'),
    agent: cell('agent'),
    resource: cell('resource'),
    actions: list('actions'),
    scope: list('scope'),
    reason: cell('reason'),
    endsAt: cell('endsAt') || null,
  });
}

/** Only a whole moment is one: a day alone would be another moment in every zone. */
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function withDate(grant: unknown): unknown {
  if (typeof grant !== 'object' || grant === null || !('endsAt' in grant)) return grant;
  return { ...grant, endsAt: momentOf(grant.endsAt) };
}

/** A Date of ISO 8601 text with its zone; anything else stays what it is, to be refused with its place. */
export function momentOf(value: unknown): unknown {
  return typeof value === 'string' && moment.test(value) ? new Date(value) : value;
}
