import { conflict, notFound } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import type { MaskSpec } from '#lib/masking/model';
import { optionWords } from '#lib/masking/schema';
import { changeMask, endMask } from '#lib/resources/index';
import { effectsOf, type Prepared } from './prepared.ts';
import type { ProposedChange } from './schema.ts';

type InputOf<Kind extends ProposedChange['kind']> = Extract<ProposedChange, { kind: Kind }>['input'];

export async function prepareMaskChange(tx: Tx, input: InputOf<'mask.change'>): Promise<Prepared> {
  const mask = await standingMask(tx, input.maskId);
  return {
    ...subjectOf(mask),
    title: `Change how ${mask.column} of ${mask.resource.name} is masked`,
    effects: effectsOf([
      ['mask', mask.kind, input.kind ?? mask.kind],
      ['lookup', mask.lookup, input.lookup ?? mask.lookup],
      ['options', wordsOf(mask.options), wordsOf(input.options ?? mask.options)],
    ]),
    run: (context) => changeMask(context, input),
  };
}

export async function prepareMaskEnd(tx: Tx, input: InputOf<'mask.end'>): Promise<Prepared> {
  const mask = await standingMask(tx, input.maskId);
  return {
    ...subjectOf(mask),
    title: `Show ${mask.column} of ${mask.resource.name} to agents: ${input.reason}`,
    effects: [{ what: 'mask', before: mask.kind, after: null }],
    run: (context) => endMask(context, input),
  };
}

function wordsOf(options: unknown): string {
  return optionWords(options as MaskSpec['options']) || 'none';
}

type Mask = Awaited<ReturnType<typeof standingMask>>;

async function standingMask(tx: Tx, maskId: string) {
  await tx.$queryRaw`SELECT 1 FROM mask WHERE id = ${maskId} FOR UPDATE`;
  const mask = await tx.mask.findUnique({
    where: { id: maskId },
    include: { resource: { select: { name: true } } },
  });
  if (mask === null) throw notFound('There is no such mask.');
  if (mask.endedAt !== null) throw conflict('The mask has ended already.');
  return mask;
}

function subjectOf(mask: Mask): Pick<Prepared, 'subject' | 'standing' | 'concerns'> {
  const options = mask.options as MaskSpec['options'];
  return {
    subject: { kind: 'mask', id: mask.id },
    standing: {
      column: mask.column,
      kind: mask.kind,
      lookup: mask.lookup,
      ...(Object.keys(options).length === 0 ? {} : { options }),
    },
    concerns: [],
  };
}
