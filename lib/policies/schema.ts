import { factAttributes } from './attributes.ts';
import { memberTable } from './members.ts';
import { actions } from './model.ts';

const cedarTypes = { boolean: 'Bool', number: 'Long', string: 'String' } as const;

const entities = `// Made from lib/policies/members.ts and attributes.ts by lib/policies/schema.ts; a test keeps it so.
// Names: Agent::"migrator", Group::"dba", Resource::"shop", Schema::"shop.public",
// Table::"shop.public.orders", Function::"shop.public.refund".

entity Group;
entity Agent in [Group] { name: String };
entity Resource { name: String, kind: String, environment: String };
entity Schema in [Resource] { name: String };
// A table, view, materialised view, foreign table or sequence.
entity Table in [Schema, Resource] { schema: String, name: String };
// harmless: on the allow-list of built-in functions. volatility: immutable, stable, volatile, unknown.
entity Function in [Schema, Resource] { schema: String, name: String, harmless: Bool, volatility: String };
`;

/** The Cedar schema that policies are validated against, as text. */
export function schemaText(): string {
  const facts = factAttributes.map(
    ({ name, type, about }) => `    // ${about}\n    ${name}: ${cedarTypes[type]},`,
  );
  const context = `
type Facts = {
${facts.join('\n')}
};
type Asked = {
  // verified, resolved, correlated, claimed, or none when the session names no purpose
  purpose_tier: String,
  now: datetime,
  // UTC: 0 to 23, and Monday to Sunday
  hour: Long,
  weekday: String,
  // rows that a write would touch; unknown is the greatest number, so it is over every limit
  row_estimate: Long,
  row_estimate_known: Bool,
  // of the resource: production, staging, development
  environment: String,
  facts: Facts,
};
`;
  const applies =
    'appliesTo { principal: [Agent], resource: [Resource, Schema, Table, Function], context: Asked };';
  const groups = actions.map((action) => {
    const members = memberTable.filter(([, under]) => under === action);
    const lines = members.map(([member]) => `action ${member} in [${action}] ${applies}`);
    return `\naction ${action} ${applies}\n${lines.join('\n')}\n`;
  });
  return `${entities}${context}${groups.join('')}`;
}
