import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { counted, joined } from '../sentence.ts';
import type { PackHead } from './head.ts';
import { openReport, type ReportPage } from './report-page.ts';
import { type ReportRows, rowsMax } from './report-rows.ts';

/** Writes `report.pdf`: for a reader who has never seen the product. */
export async function writeReport(
  path: string,
  head: PackHead,
  rows: ReportRows,
  packJsonHash: string,
): Promise<void> {
  const report = openReport(`Access review: ${head.campaign.name}`, new Date(head.signOff.at));
  const written = pipeline(report.stream, createWriteStream(path, { mode: 0o600 }));
  narrative(report, head);
  population(report, head);
  assignments(report, head, rows);
  decisions(report, head, rows);
  secondLook(report, head, rows);
  closing(report, head);
  report.end(
    `SHA-256 of pack.json: ${packJsonHash}. Check the whole pack offline: countersign verify PACK.zip --key KEY`,
  );
  await written;
}

function narrative(report: ReportPage, head: PackHead): void {
  const { campaign, signOff, tieOut } = head;
  report.title(
    `${signOff.demonstration ? 'Demonstration of an access review' : 'Access review'}: ${campaign.name}`,
  );
  if (signOff.demonstration) {
    report.paragraph(
      'This is no evidence. A sandbox made it of its own first minutes: no person decided any of it, and no person signed it.',
    );
  }
  report.paragraph(
    'This report certifies what software agents (programs that act on their own, with their own identity) may do to ' +
      'databases and other systems. Every agent reaches them through a gateway that checks, records and limits what it ' +
      'does. For each grant, which is one agent’s permission on one system, the review asks three questions: is it still ' +
      'needed, is it the least that serves, and was it used? The answers rest on recordings of what the agent did.',
  );
  const decidedBy = signOff.demonstration
    ? 'Kept by the sandbox itself'
    : 'Decided by people independent of them';
  const signed = signOff.demonstration
    ? `The sandbox closed it on ${stamp(signOff.at)}.`
    : `${signOff.by.name}, who decided none of them, signed on ${stamp(signOff.at)}.`;
  report.paragraph(
    `From ${day(campaign.periodFrom)} to ${day(campaign.periodTo)} (UTC) the use of ${counted(tieOut.population, 'grant')} was ` +
      `watched. ${decidedBy}: ${tieOut.decided}. Accepted as exceptions: ${tieOut.excepted}. Reduced ` +
      `or revoked: ${tieOut.denied}, of which ${tieOut.removed} were found gone when read again. ${signed}`,
  );
  report.heading('Sign-off');
  report.paragraph(signOff.text);
  const who = signOff.demonstration
    ? 'Nobody; the sandbox closed it'
    : `${signOff.by.name} <${signOff.by.email}>`;
  report.fact('Signed by', `${who}, ${stamp(signOff.at)}`);
}

function population(report: ReportPage, head: PackHead): void {
  const { campaign, snapshot } = head;
  report.heading('Population');
  report.paragraph(
    'The population was read in one database snapshot when the review was launched, and has not changed since. The texts of ' +
      'the queries are in pack.json, so that they can be run again.',
  );
  report.fact('Scope', scopeWords(head));
  report.fact(
    'Launched',
    `${stamp(campaign.launchedAt)} by ${snapshot.takenBy}; ${snapshot.product}, ${snapshot.database}`,
  );
  report.fact('Snapshot SHA-256', head.snapshotHash);
  report.fact('Risk analysis', campaign.riskAnalysis);
  report.table(
    [20, 8, 72],
    ['Query', 'Rows', 'SHA-256 of its text'],
    snapshot.queries.map((query) => [query.name, String(query.rows), query.sha256]),
  );
  report.heading('The numbers tie out');
  const { tieOut } = head;
  report.paragraph(
    `Population ${tieOut.population} = decided ${tieOut.decided} + excepted ${tieOut.excepted}.`,
  );
  report.paragraph(
    `Denied ${tieOut.denied} = removed ${tieOut.removed} + excepted ${tieOut.removalsExcepted}.`,
  );
  if (head.drift.length > 0) {
    report.heading('Changes after the launch');
    report.table(
      [25, 75],
      ['Kind', 'What'],
      head.drift.slice(0, rowsMax).map((one) => [one.kind, one.summary]),
    );
  }
}

function assignments(report: ReportPage, head: PackHead, rows: ReportRows): void {
  report.heading('Who reviewed');
  report.paragraph(
    'Each grant goes to the technical owner of the system; a privileged one to a second person as well. Nobody reviews a ' +
      'grant of an agent that they own or sponsor, or that they created or asked for; the product refuses it.',
  );
  report.table(
    [40, 20, 20, 20],
    ['Reviewer', 'Duty', 'Items', 'Decided'],
    head.reviewers.map((one) => [one.person.name, one.duty, String(one.items), String(one.decided)]),
  );
  if (rows.assignments.length > 0) {
    report.table([10, 25, 25, 40], ['Item', 'From', 'To', 'Reason'], rows.assignments);
  }
  report.heading('Quality of the decisions');
  report.table(
    [30, 14, 12, 16, 28],
    ['Reviewer', 'Decisions', 'Keeps', 'Median time', 'Noted'],
    head.quality.map((one) => [
      one.person.name,
      String(one.decisions),
      String(one.keeps),
      one.medianDwellMs === null ? 'not measured' : `${Math.round(one.medianDwellMs / 1000)} s`,
      one.flags.join('; ') || 'nothing',
    ]),
  );
}

function decisions(report: ReportPage, head: PackHead, rows: ReportRows): void {
  const { totals } = rows;
  report.heading(`Taken away or reduced (${totals.removals})`);
  if (totals.removals === 0) report.paragraph('Nothing was taken away.');
  else report.table([7, 37, 22, 14, 20], ['Item', 'Grant', 'Decision', 'State', 'Proof'], rows.removals);
  beyond(report, totals.removals);
  report.heading(`Kept (${totals.keeps})`);
  if (totals.keeps === 0) report.paragraph('Nothing was kept.');
  else report.table([7, 40, 15, 16, 22], ['Item', 'Grant', 'Permissions', 'By', 'Reason'], rows.keeps);
  beyond(report, totals.keeps);
  report.heading(`Exceptions (${head.exceptions.length})`);
  if (totals.exceptions === 0) report.paragraph('No exception was accepted.');
  else
    report.table([7, 36, 29, 14, 14], ['Item', 'Grant', 'Reason', 'Accepted by', 'Until'], rows.exceptions);
  beyond(report, totals.exceptions);
}

function secondLook(report: ReportPage, head: PackHead, rows: ReportRows): void {
  const total = rows.totals.spotChecks;
  report.heading(`Second look at what was kept (${total})`);
  if (head.spotDraws.length === 0) {
    report.paragraph('None was drawn: the review was set up without, or nothing was kept.');
    return;
  }
  report.paragraph(
    'A share of what was kept was drawn at random and looked at by a person who did not review it. The place of an item in a ' +
      'draw is the SHA-256 over the seed and the item’s id, so that anybody can draw again.',
  );
  report.table(
    [18, 12, 12, 58],
    ['Drawn', 'Kept', 'Drawn', 'Seed'],
    head.spotDraws.map((one) => [stamp(one.at), String(one.keeps), String(one.drawn), one.seed]),
  );
  report.table([7, 40, 15, 16, 22], ['Item', 'Grant', 'By', 'Outcome', 'Reason'], rows.spotChecks);
  beyond(report, total);
}

function beyond(report: ReportPage, total: number): void {
  if (total > rowsMax) report.paragraph(`${total - rowsMax} more stand in decisions.csv.`);
}

function closing(report: ReportPage, head: PackHead): void {
  report.heading('Memo of the signer');
  report.paragraph(head.signOff.memo || 'None.');
  report.heading('What lies in this pack, and how to check it');
  report.paragraph(
    'decisions.csv: every decision. pack.json: everything, with the evidence of each grant. statements.jsonl: an in-toto ' +
      'statement for each decision. operations.csv: gaps of the recording and changes of rules and people in the period. ' +
      'manifest.json: the SHA-256 of each of these files and of this report. proof/: the signer’s statement over the manifest, ' +
      'signed with the ledger’s key, the ledger’s entry of the sign-off, and the proof that it stands in the ledger.',
  );
  report.paragraph(
    'To check: run “countersign verify PACK.zip --key KEY” with the public key that the operator published elsewhere. It needs ' +
      'no network and no database, and names the file that is wrong.',
  );
}

function scopeWords(head: PackHead): string {
  const { scope } = head.campaign;
  const parts = [
    scope.agentIds ? counted(scope.agentIds.length, 'agent') : 'all agents',
    scope.resourceIds ? counted(scope.resourceIds.length, 'resource') : 'all resources',
    scope.environments ? joined(scope.environments) : 'all environments',
    scope.sources ? `from ${joined(scope.sources)}` : 'from every source',
  ];
  return `${parts.join(', ')}${scope.privilegedOnly ? ', privileged grants only' : ''}`;
}

function day(at: string): string {
  return at.slice(0, 10);
}

function stamp(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`;
}
