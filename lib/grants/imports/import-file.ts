import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { CountersignError, invalid, isCountersignError } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { importGrants } from './import-grants.ts';
import type { GrantReading, ImportResult, ImportSource } from './model.ts';
import { type FileReading, momentOf, readReadingFile } from './read-file.ts';
import { fileInput } from './schema.ts';

export interface ImportFile {
  readonly source: ImportSource;
  /** When the source was read; a JSON file may say it itself. */
  readonly readAt?: Date | undefined;
  /** JSON or CSV: see docs/reviews.md. */
  readonly text: string;
}

const faultsShownMax = 50;

/**
 * `importGrants` of a file that a person hands over. All of it or nothing: each fault is named with its
 * place in the file.
 */
export async function importFile(context: Context, input: ImportFile): Promise<ImportResult> {
  requirePermission(context.actor, 'access.change');
  const { source, readAt, text } = parseInput(fileInput, input);
  const file = readReadingFile(text);
  if (file.source !== undefined && file.source !== source) {
    throw invalid(`The file says another source than ${source}. Choose the one that it was read from.`);
  }
  try {
    return await importGrants(context, {
      source,
      readAt: whenRead(file, readAt),
      grants: file.grants as GrantReading['grants'],
    });
  } catch (error) {
    throw isCountersignError(error) ? placed(error, file) : error;
  }
}

function whenRead(file: FileReading, chosen: Date | undefined): Date {
  const said = momentOf(file.readAt);
  if (file.readAt !== undefined && !(said instanceof Date)) {
    throw invalid('The file’s readAt is no moment like 2026-11-24T09:00:00Z.');
  }
  if (said instanceof Date && chosen && said.getTime() !== chosen.getTime()) {
    throw invalid(`The file says that it was read at ${said.toISOString()}: leave the field empty.`);
  }
  const at = said instanceof Date ? said : chosen;
  if (!at) throw invalid('Say when the source was read: the file does not.');
  return at;
}

/** The same refusal, its places said as a person finds them in the file. */
function placed(error: CountersignError, file: FileReading): CountersignError {
  let faults = 0;
  const details = error.details.map(({ at, message }) => {
    const found = /^grants\.(\d+)(?:\.(.*))?$/.exec(at);
    if (!found) return { at, message };
    faults += 1;
    const place = file.placeOf(Number(found[1]));
    return { at: found[2] ? `${place}, ${found[2].replace(/\.\d+$/, '')}` : place, message };
  });
  if (faults === 0) return error;
  const [first] = details;
  return new CountersignError(
    error.code,
    details.length === 1
      ? `${first?.at}: ${first?.message}. Nothing was imported.`
      : `${details.length} faults in the file; nothing was imported.`,
    { details: details.slice(0, faultsShownMax) },
  );
}
