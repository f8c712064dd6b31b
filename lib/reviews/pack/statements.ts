import { canonicalJson, type Json } from '#lib/core/canonical-json';
import type { PackItem } from './data.ts';

export const statementType = 'https://in-toto.io/Statement/v1';

/** An in-toto statement (v1) for each decision of an item, one a line: what was decided about which evidence. */
export function decisionStatements(campaignId: string, item: PackItem): string {
  return item.decisions
    .map((one) => {
      const statement = {
        _type: statementType,
        subject: [{ name: `grant:${item.grant.id}`, digest: { sha256: item.evidenceHash } }],
        predicateType: 'urn:countersign:review-decision:v1',
        predicate: { campaignId, itemId: item.id, ...one },
      };
      return `${canonicalJson(statement as unknown as Json)}\n`;
    })
    .join('');
}
